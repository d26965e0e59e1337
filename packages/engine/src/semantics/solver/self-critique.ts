import { takeArguments } from '../arguments.ts';
import type { ChatMessage } from '../chat.ts';
import { inputText } from '../state.ts';
import { strictTemplate } from '../template.ts';
import type { SolverFactory } from './solver.ts';

/** Has the answer criticised in a fresh conversation, shows the model the critique and lets it answer again. */
export const selfCritique: SolverFactory = (args, context) => {
  const name = 'self_critique';
  const given = takeArguments(name, args, {
    critique_template: 'string',
    completion_template: 'string',
    model: 'string',
  });
  const { texts } = context.templates;
  const critiqueTemplate = strictTemplate(given.critique_template ?? texts.critique);
  const completionTemplate = strictTemplate(given.completion_template ?? texts.critiqueCompletion);
  return {
    name,
    solve: async (state, send) => {
      const known = { question: inputText(state), completion: state.output.completion };
      const { critique: _dropped, ...metadata } = state.metadata;
      const request: ChatMessage = {
        role: 'user',
        content: critiqueTemplate.render({ ...metadata, ...known }),
      };
      const reply = await context.callModel(state, { model: given.model ?? null, messages: [request] });
      const content = completionTemplate.render({ ...metadata, ...known, critique: reply.completion });
      state.messages = [...state.messages, { role: 'user', content }];
      return send(state);
    },
  };
};
