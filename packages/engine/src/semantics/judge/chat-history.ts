import { type ChatMessage, messageText, type ToolCall } from '../chat.ts';
import { pythonRepr } from '../python/values.ts';

/** A line of calls may be this long before its arguments are set one below the other. */
const callWidth = 77;

/**
 * The conversation as a judge reads it: without system messages, up to the last reply, the first message bare and
 * the others under their speaker.
 */
export function chatHistory(messages: ChatMessage[]): string {
  const told = messages.filter((message) => message.role !== 'system');
  const lastReply = told.findLastIndex((message) => message.role === 'assistant');
  const shown = lastReply < 0 ? told : told.slice(0, lastReply + 1);
  return shown.map((message, index) => (index === 0 ? messageText(message) : spoken(message))).join('\n\n');
}

function spoken(message: ChatMessage): string {
  const text = messageText(message);
  if (message.role === 'user') return `User: ${text}`;
  if (message.role === 'tool') return `Tool (${message.function ?? 'None'}): ${text}`;
  const calls = (message.tool_calls ?? []).map(callText);
  return `Assistant: ${[...(text === '' ? [] : [text]), ...calls].join('\n\n')}`;
}

function callText(call: ToolCall): string {
  const args = Object.entries(call.arguments).map(([name, value]) => {
    const shown = typeof value === 'string' ? `'${value}'` : pythonRepr(value);
    return `${name}=${shown}`;
  });
  const line = args.join(', ');
  if (line.length <= callWidth - call.function.length) return `${call.function}(${line})`;
  return `${call.function}(\n${args.map((arg) => `    ${arg}`).join(',\n')}\n)`;
}
