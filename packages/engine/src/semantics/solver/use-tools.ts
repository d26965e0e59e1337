import { takeArguments } from '../arguments.ts';
import type { SolverFactory } from './solver.ts';

/** A task file cannot name tools (they are positional in Inspect), so this step changes nothing. */
export const useTools: SolverFactory = (args) => {
  takeArguments('use_tools', args, { tool_choice: 'any', append: 'boolean' });
  return { name: 'use_tools', solve: async (state) => state };
};
