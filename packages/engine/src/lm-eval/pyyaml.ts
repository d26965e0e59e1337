import { type Document, parseDocument, type ScalarTag, type Tags } from 'yaml';

/** A Python function that a task file names (`!function utils.process_docs`): known by name, never run. */
export class PythonFunction {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
  toJSON(): string {
    return `!function ${this.name}`;
  }
}

const functionTag: ScalarTag = {
  tag: '!function',
  resolve: (text) => new PythonFunction(text),
};

/** Where PyYAML reads plain words in another way than YAML 1.1 has it: `y` is a text, `1e5` too, and so is `00:30`. */
const pythonForms: Record<string, RegExp> = {
  'bool:true': /^(?:yes|Yes|YES|true|True|TRUE|on|On|ON)$/,
  'bool:false': /^(?:no|No|NO|false|False|FALSE|off|Off|OFF)$/,
  'int:TIME': /^[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+$/,
  'float:EXP': /^[-+]?[0-9][0-9_]*\.[0-9_]*[eE][-+][0-9]+$/,
};

function toPythonTags(tags: Tags): Tags {
  return [functionTag, ...tags.map((tag) => (typeof tag === 'string' ? tag : toPythonTag(tag as ScalarTag)))];
}

function toPythonTag(tag: ScalarTag): ScalarTag {
  const kind = tag.tag.replace('tag:yaml.org,2002:', '');
  const form = kind === 'bool' ? String(tag.test?.test('true') ?? '') : (tag.format ?? '');
  const test = pythonForms[`${kind}:${form}`];
  return test ? { ...tag, test } : tag;
}

/** More lines than this are not mended. */
const MAX_MENDED = 500;

/**
 * Parses a document as PyYAML does.
 * @throws SyntaxError with the first problem and its line
 */
export function parsePyYaml(text: string): unknown {
  let source = text;
  for (let tries = 0; tries < MAX_MENDED; tries += 1) {
    const document = parseLoosely(source);
    if (document.errors.length === 0) return document.toJS();
    const mended = mendQuotedLine(source, document.errors[0]!);
    if (mended === null) break;
    source = mended;
  }
  const [problem] = parseLoosely(text).errors;
  const line = text.slice(0, problem?.pos[0] ?? 0).split('\n').length;
  throw new SyntaxError(`line ${line}: ${problem?.message ?? 'not YAML'}`);
}

function parseLoosely(text: string): Document.Parsed {
  return parseDocument(text, {
    version: '1.1',
    customTags: toPythonTags,
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'silent',
  });
}

/**
 * PyYAML lets the lines of a quoted text begin anywhere; the parser wants them deeper than their key. Such a line is
 * where it stops: moved to the right it says the same, since quoted texts lose the spaces their lines begin with.
 */
function mendQuotedLine(text: string, { code, pos }: { code: string; pos: [number, number] }): string | null {
  if (code !== 'MISSING_CHAR' && code !== 'UNEXPECTED_TOKEN') return null;
  const begin = text[pos[0]] === '\n' ? pos[0] + 1 : text.lastIndexOf('\n', pos[0]) + 1;
  if (begin >= text.length || text.startsWith(deep, begin)) return null;
  return text.slice(0, begin) + deep + text.slice(begin);
}

const deep = ' '.repeat(60);
