import { required, takeArguments } from '../arguments.ts';
import type { ChatMessage } from '../chat.ts';
import { type Template, tolerantTemplate } from '../template.ts';
import type { SolverFactory } from './solver.ts';
import { parametersOf, templateVariables } from './template-variables.ts';

/** Puts a system message behind the last one there is, or first. */
export const systemMessage: SolverFactory = (args) => {
  const name = 'system_message';
  const template = messageTemplate(name, args);
  const params = parametersOf(args);
  return {
    name,
    solve: async (state) => {
      const content = template.render(templateVariables(state, params));
      const at = state.messages.findLastIndex((message) => message.role === 'system') + 1;
      state.messages = state.messages.toSpliced(at, 0, { role: 'system', content });
      return state;
    },
  };
};

/** Appends a user message. */
export const userMessage: SolverFactory = (args) => {
  const name = 'user_message';
  const template = messageTemplate(name, args);
  const params = parametersOf(args);
  return {
    name,
    solve: async (state) => {
      const message: ChatMessage = {
        role: 'user',
        content: template.render(templateVariables(state, params)),
      };
      state.messages = [...state.messages, message];
      return state;
    },
  };
};

function messageTemplate(name: string, args: Record<string, unknown>): Template {
  const given = takeArguments(name, { template: args.template }, { template: 'string' });
  return tolerantTemplate(required(name, 'template', given.template));
}
