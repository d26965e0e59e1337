import { required, takeArguments } from '../arguments.ts';
import { messageText } from '../chat.ts';
import { setUserPromptText, userPrompt } from '../state.ts';
import { tolerantTemplate } from '../template.ts';
import type { SolverFactory } from './solver.ts';
import { parametersOf, templateVariables } from './template-variables.ts';

/** Rewrites the user prompt; `{prompt}` is its old text, whatever metadata and store call by that name. */
export const promptTemplate: SolverFactory = (args) => {
  const name = 'prompt_template';
  const given = takeArguments(name, { template: args.template }, { template: 'string' });
  const template = tolerantTemplate(required(name, 'template', given.template));
  const params = parametersOf(args);
  return {
    name,
    solve: async (state) => {
      const prompt = messageText(userPrompt(state));
      const variables = templateVariables(state, { prompt, ...params });
      setUserPromptText(state, template.render(variables));
      return state;
    },
  };
};
