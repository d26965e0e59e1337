import type { YamlList, YamlMap, YamlNode, YamlScalar } from './yaml-tree.ts';

/**
 * Reads the plain form in which people and programs write nearly all small YAML files: block lists and block maps of one-line
 * values. Answers the very tree that the library's document becomes, some ten times as fast, or null where it is not
 * sure: flow collections, texts of several lines, escapes, anchors, tags, odd numbers, every mistake.
 */
export function readPlainYaml(text: string): YamlNode | null {
  if (text.length > maxLength || !plainCharacters.test(text)) return null;
  const lines: Lines = { text, line: 0, indent: 0, start: 0, end: -1, ended: 0 };
  nextLine(lines);
  if (lines.indent !== 0) return null;
  const root = readBlock(lines, '', 0);
  return root !== null && lines.indent < 0 ? root : null;
}

const maxLength = 500_000;
/** The library reads deeper ones too, up to a bound of its own. */
const maxDepth = 32;

// Printable characters that nobody takes for white space, a line's end or half of another character.
const plainCharacters =
  /^[\n\u0020-\u007e\u00a1-\u02ff\u0370-\u058a\u2010-\u2027\u2030-\u203e\u2190-\u21ff\u4e00-\u9fff]*$/;

/** The line that is read next, of those that hold something. */
interface Lines {
  text: string;
  /** 1-based. */
  line: number;
  /** Spaces before the first character; -1 behind the last line. */
  indent: number;
  /** Offsets of the first character that is still to be read, and of the line's end. */
  start: number;
  end: number;
  /** Where the line before this one ended, its line end included. */
  ended: number;
}

function nextLine(lines: Lines): void {
  const { text } = lines;
  lines.ended = Math.min(lines.end + 1, text.length);
  for (let from = lines.end + 1; from < text.length; from = lines.end + 1) {
    const newline = text.indexOf('\n', from);
    lines.end = newline < 0 ? text.length : newline;
    lines.line += 1;
    let start = from;
    while (text.charCodeAt(start) === 32) start += 1;
    // Empty, or a comment; one further in may belong to the block before it, and move its end.
    if (start >= lines.end || (start === from && text.charCodeAt(start) === 35)) continue;
    lines.start = start;
    lines.indent = start - from;
    return;
  }
  lines.indent = -1;
}

function placeAt(lines: Lines, path: string, column: number) {
  return { path, line: lines.line, column: column + 1, start: lines.start, end: lines.start };
}

/** The list or map that begins at the current line. */
function readBlock(lines: Lines, path: string, depth: number): YamlNode | null {
  if (depth > maxDepth) return null;
  return isDash(lines) ? readList(lines, path, depth) : readMap(lines, path, { column: lines.indent, depth });
}

function isDash({ text, start, end }: Lines): boolean {
  return text.charCodeAt(start) === 45 && text.charCodeAt(start + 1) === 32 && start + 1 < end;
}

function readList(lines: Lines, path: string, depth: number): YamlList | null {
  const { indent } = lines;
  const list: YamlList = {
    kind: 'list',
    flow: false,
    items: [],
    dashes: [],
    ...placeAt(lines, path, indent),
  };
  while (lines.indent === indent && isDash(lines)) {
    list.dashes.push(lines.start);
    const dash = lines.start;
    lines.start += 1;
    while (lines.text.charCodeAt(lines.start) === 32) lines.start += 1;
    const column = indent + lines.start - dash;
    const item = `${path}[${list.items.length}]`;
    const value = keyAt(lines)
      ? readMap(lines, item, { column, depth: depth + 1 })
      : readScalar(lines, item, column);
    if (value === null) return null;
    list.items.push(value);
  }
  list.end = lines.ended;
  return lines.indent > indent ? null : list;
}

const keyForm = /[A-Za-z_][\w./-]{0,99}(?=:[ \n]|:$)/y;

function keyAt({ text, start }: Lines): string | null {
  keyForm.lastIndex = start;
  return keyForm.exec(text)?.[0] ?? null;
}

/** @param at the column of its keys (0-based), which for the map in a list lies behind the dash */
function readMap(lines: Lines, path: string, at: { column: number; depth: number }): YamlMap | null {
  const { column, depth } = at;
  if (depth > maxDepth) return null;
  const fields: YamlMap['fields'] = new Map();
  const map: YamlMap = { kind: 'map', flow: false, fields, ...placeAt(lines, path, column) };
  do {
    const key = keyAt(lines);
    if (key === null || fields.has(key)) return null;
    const place = placeAt(lines, path === '' ? key : `${path}.${key}`, column);
    place.end += key.length;
    const behind = place.end + 1;
    lines.start = behind;
    while (lines.text.charCodeAt(lines.start) === 32) lines.start += 1;
    const value =
      lines.start < lines.end
        ? readScalar(lines, place.path, column + lines.start - place.start)
        : readBelow(lines, place.path, at);
    if (value === null) return null;
    fields.set(key, { key: place, value });
  } while (lines.indent === column && !isDash(lines));
  map.end = lines.ended;
  return lines.indent > column ? null : map;
}

/** The value of a key that stands alone on its line: a block further in, or a list whose dashes stand below the key. */
function readBelow(
  lines: Lines,
  path: string,
  { column, depth }: { column: number; depth: number },
): YamlNode | null {
  if (lines.start > lines.end) return null;
  nextLine(lines);
  const below = lines.indent > column || (lines.indent === column && isDash(lines));
  return below ? readBlock(lines, path, depth + 1) : null;
}

const quotedForm = /"([^"\\\n]*)"(?= *(?:\n|$)| +#)|'([^'\n]*)'(?= *(?:\n|$)| +#)/y;
/** Begins like no other kind of value. */
const plainStart = /[A-Za-z0-9_./(\u00a1-\ud7ff]|-[0-9]/y;

/** A value on one line, up to its end or a comment. */
function readScalar(lines: Lines, path: string, column: number): YamlScalar | null {
  const { text, start, end } = lines;
  const place = placeAt(lines, path, column);
  quotedForm.lastIndex = start;
  const quoted = quotedForm.exec(text);
  if (quoted) {
    nextLine(lines);
    const value = quoted[1] ?? quoted[2] ?? '';
    place.end += quoted[0].length;
    return { kind: 'scalar', value, source: value, plain: false, ...place };
  }
  plainStart.lastIndex = start;
  if (!plainStart.test(text)) return null;
  const line = text.slice(start, end);
  const comment = line.indexOf(' #');
  const source = (comment < 0 ? line : line.slice(0, comment)).trimEnd();
  if (source.includes(': ') || source.endsWith(':')) return null;
  const value = toValue(source);
  if (value === undefined) return null;
  nextLine(lines);
  place.end += source.length;
  return { kind: 'scalar', value, source, plain: true, ...place };
}

/** What the core schema of YAML 1.2 takes for something else than text. */
const notText =
  /^(?:~|[Nn]ull|NULL|[Tt]rue|TRUE|[Ff]alse|FALSE|0o[0-7]+|0x[0-9a-fA-F]+|[-+]?(?:\.(?:inf|Inf|INF)|\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|\.nan|\.NaN|\.NAN)$/;
/** Numbers that there are no two opinions about. */
const plainNumber = /^(?:0|-?[1-9][0-9]{0,14}|-?[0-9]{1,9}\.[0-9]{1,15})$/;

/** Undefined: the library must say. */
function toValue(source: string): string | number | boolean | undefined {
  if (!notText.test(source)) return source;
  if (plainNumber.test(source)) return Number(source);
  if (source === 'true' || source === 'false') return source === 'true';
  return undefined;
}
