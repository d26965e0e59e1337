import type { LogMessage } from '@assay/spec';
import type { ChatMessage } from '../semantics/chat.ts';

/**
 * The messages of a sample's calls, each held once. A call names its conversation by ranges of positions
 * (`input_refs`), so that a long conversation is not repeated with every call.
 */
export class MessagePool {
  readonly messages: LogMessage[] = [];
  readonly #positions = new Map<ChatMessage, number>();

  /** Ranges `[from, to)` that spell the conversation. */
  refer(conversation: ChatMessage[]): [number, number][] {
    const ranges: [number, number][] = [];
    for (const message of conversation) {
      const position = this.#position(message);
      const last = ranges.at(-1);
      if (last && last[1] === position) last[1]++;
      else ranges.push([position, position + 1]);
    }
    return ranges;
  }

  #position(message: ChatMessage): number {
    let position = this.#positions.get(message);
    if (position === undefined) {
      position = this.messages.push(message as LogMessage) - 1;
      this.#positions.set(message, position);
    }
    return position;
  }
}
