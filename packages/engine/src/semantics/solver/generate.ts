import { oneOf } from '../arguments.ts';
import { SemanticsError } from '../error.ts';
import { type GenerateConfig, isGenerateSetting } from '../generate-config.ts';
import type { SolverFactory } from './solver.ts';

const toolCallModes = ['loop', 'single', 'none'] as const;

/**
 * Calls the model with the conversation so far. Arguments other than `tool_calls` are settings that override the
 * run's. An unknown one fails each sample rather than the task, as in Inspect.
 */
export const generate: SolverFactory = (args) => {
  const { tool_calls: toolCalls, ...config } = args;
  const unknown = Object.keys(config).find((name) => !isGenerateSetting(name));
  return {
    name: 'generate',
    solve: async (state, send) => {
      if (typeof toolCalls === 'string') oneOf('generate', 'tool_calls', toolCalls, toolCallModes);
      if (unknown) {
        throw new SemanticsError('unknown-argument', `generate: there is no generation setting "${unknown}"`);
      }
      return send(state, config as GenerateConfig);
    },
  };
};
