import { createRequire } from 'node:module';

let codes: Map<string, number> | undefined;

/** The code point with a Unicode name, as `\N{…}` in a pattern gives it; undefined when there is none. */
export function codeOfName(name: string): number | undefined {
  codes ??= readNames();
  return codes.get(name.toUpperCase());
}

/** A megabyte of names, loaded and turned round only for the rare pattern that uses one. */
function readNames(): Map<string, number> {
  const require = createRequire(import.meta.url);
  const { unicodeName } = require('unicode-name') as { unicodeName(code: number): string | undefined };
  const names = new Map<string, number>();
  for (let code = 0; code < 0x20000; code += 1) {
    const name = code >= 0xd800 && code <= 0xdfff ? undefined : unicodeName(code);
    if (name && !names.has(name)) names.set(name, code);
  }
  return names;
}
