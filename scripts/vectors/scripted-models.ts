import { createConnectionLimit } from '../../packages/engine/src/model/connection-limit.ts';
import type { LimitedModel } from '../../packages/engine/src/model/openai-model.ts';
import {
  type ChatMessage,
  type ModelUsage,
  outputFromText,
  type StopReason,
} from '../../packages/engine/src/semantics/chat.ts';
import type { GenerateConfig } from '../../packages/engine/src/semantics/generate-config.ts';

export type Reply =
  | string
  | { content?: string; stop_reason?: StopReason; usage?: ModelUsage; raise?: string };

/** A request as Inspect's provider layer saw it. */
export interface ShownRequest {
  messages: unknown[];
  config: GenerateConfig;
  tools: unknown[];
  tool_choice: 'none';
}

/** Models whose replies are taken from lists in the order of the calls. */
export class ScriptedModels {
  /** What the evaluated model was asked. */
  readonly requests: ShownRequest[] = [];
  readonly #replies: Map<string, Reply[]>;
  readonly #main: string;

  constructor(main: string, replies: Reply[], roles: Map<string, Reply[]>) {
    this.#main = main;
    this.#replies = new Map([...roles, [main, [...replies]]]);
  }

  open(name: string): LimitedModel {
    return {
      name,
      connections: createConnectionLimit(1),
      generate: async (messages, config) => {
        if (name === this.#main) this.requests.push(shownRequest(messages, config));
        const reply = this.#replies.get(name)?.shift() ?? '';
        if (typeof reply === 'string') return outputFromText(name, reply);
        if (reply.raise !== undefined) throw new Error(reply.raise);
        const output = outputFromText(name, reply.content ?? '');
        output.choices[0]!.stop_reason = reply.stop_reason ?? 'stop';
        return reply.usage ? { ...output, usage: reply.usage } : output;
      },
      close: async () => {},
    };
  }
}

function shownRequest(messages: ChatMessage[], config: GenerateConfig): ShownRequest {
  const system = config.system_message ? [{ role: 'system', content: config.system_message }] : [];
  const shown = messages.map(({ role, content }) => ({ role, content: structuredClone(content) }));
  return { messages: [...system, ...shown], config: { ...config }, tools: [], tool_choice: 'none' };
}
