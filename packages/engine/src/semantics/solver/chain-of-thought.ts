import { takeArguments } from '../arguments.ts';
import { messageText } from '../chat.ts';
import { setUserPromptText, userPrompt } from '../state.ts';
import { strictTemplate } from '../template.ts';
import type { SolverFactory } from './solver.ts';

/** Rewrites the user prompt to ask for reasoning and a final ANSWER line. Does not call the model. */
export const chainOfThought: SolverFactory = (args, context) => {
  const name = 'chain_of_thought';
  const given = takeArguments(name, args, { template: 'string' });
  const template = strictTemplate(given.template ?? context.templates.texts.chainOfThought);
  return {
    name,
    solve: async (state) => {
      setUserPromptText(state, template.render({ prompt: messageText(userPrompt(state)) }));
      return state;
    },
  };
};
