import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** Longest line that is passed on whole; what prints without end of line is passed on in pieces of it. */
const longest = 8_000;

/** Passes on a stream line by line, in flat memory whatever is printed. Resolves at its end. */
export async function splitLines(stream: Readable, line: (text: string) => void): Promise<void> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  const take = (text: string) => {
    rest += text;
    const parts = rest.split('\n');
    rest = parts.pop()!;
    for (const part of parts) line(part.replace(/\r$/, ''));
    while (rest.length > longest) {
      line(rest.slice(0, longest));
      rest = rest.slice(longest);
    }
  };
  for await (const chunk of stream) take(decoder.write(chunk as Buffer));
  take(decoder.end());
  if (rest !== '') line(rest);
}
