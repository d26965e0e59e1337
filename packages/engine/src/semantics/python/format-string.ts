import { SemanticsError } from '../error.ts';

/** A replacement field of a Python format string: `{name.path[0]!r:spec}`. */
export interface Field {
  /** First name or number; '' when empty (numbered automatically). */
  first: string;
  path: { kind: 'attribute' | 'index'; name: string }[];
  conversion: string;
  spec: string;
}

/** Text, or a field to be replaced. */
export type Piece = string | Field;

/** Splits a Python format string. Throws `bad-template` on unbalanced braces and malformed fields. */
export function parseFormatString(text: string): Piece[] {
  const pieces: Piece[] = [];
  let literal = '';
  let at = 0;
  while (at < text.length) {
    const char = text[at]!;
    if (char !== '{' && char !== '}') {
      const next = nextBrace(text, at);
      literal += text.slice(at, next);
      at = next;
    } else if (text[at + 1] === char) {
      literal += char;
      at += 2;
    } else if (char === '}') {
      throw bad(`a single "}" at position ${at}; double it to mean the character`);
    } else {
      if (literal) pieces.push(literal);
      literal = '';
      const [field, end] = parseField(text, at + 1);
      pieces.push(field);
      at = end;
    }
  }
  if (literal) pieces.push(literal);
  return pieces;
}

function nextBrace(text: string, from: number): number {
  for (let i = from; i < text.length; i += 1) {
    const char = text[i];
    if (char === '{' || char === '}') return i;
  }
  return text.length;
}

/** Reads a field after its opening brace; gives the field and the position behind its closing brace. */
function parseField(text: string, start: number): [Field, number] {
  const nameEnd = fieldNameEnd(text, start);
  const { first, path } = parseFieldName(text.slice(start, nameEnd));
  let at = nameEnd + 1;
  let conversion = '';
  if (text[nameEnd] === '}') return [{ first, path, conversion, spec: '' }, at];
  if (text[nameEnd] === '!') {
    const point = text.codePointAt(at);
    if (point === undefined) throw bad('the text ends inside a conversion');
    conversion = String.fromCodePoint(point);
    at += conversion.length;
    if (text[at] === '}') return [{ first, path, conversion, spec: '' }, at + 1];
    if (text[at] !== ':') throw bad('":" or "}" must follow a conversion');
    at += 1;
  }
  const end = closingBrace(text, at);
  return [{ first, path, conversion, spec: text.slice(at, end) }, end + 1];
}

/** Position of the `}`, `:` or `!` that ends the field's name; brackets hide them. */
function fieldNameEnd(text: string, start: number): number {
  for (let i = start; i < text.length; i += 1) {
    const char = text[i];
    if (char === '{') throw bad(`"{" inside the field at position ${start - 1}`);
    if (char === '}' || char === ':' || char === '!') return i;
    if (char === '[') {
      const close = text.indexOf(']', i + 1);
      if (close < 0) break;
      i = close;
    }
  }
  throw bad(`the "{" at position ${start - 1} is never closed; double it to mean the character`);
}

function closingBrace(text: string, start: number): number {
  let depth = 1;
  for (let i = start; i < text.length; i += 1) {
    if (text[i] === '{') depth += 1;
    else if (text[i] === '}') depth -= 1;
    if (depth === 0) return i;
  }
  throw bad('a "{" is never closed inside a format');
}

function parseFieldName(name: string): Pick<Field, 'first' | 'path'> {
  const cut = name.search(/[.[]/);
  const first = cut < 0 ? name : name.slice(0, cut);
  const path: Field['path'] = [];
  let rest = cut < 0 ? '' : name.slice(cut);
  while (rest) {
    const step = /^\.([^.[]+)/u.exec(rest) ?? /^\[([^\]]+)\]/u.exec(rest);
    if (!step) throw bad(`"${name}" is no name, attribute or index`);
    path.push({ kind: rest.startsWith('.') ? 'attribute' : 'index', name: step[1]! });
    rest = rest.slice(step[0].length);
  }
  return { first, path };
}

function bad(message: string): SemanticsError {
  return new SemanticsError('bad-template', `the template is malformed: ${message}`);
}
