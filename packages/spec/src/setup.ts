/**
 * Under which settings a score was made. A field that is absent was not stated, which is not the same as any value: two
 * setups are comparable only when they state the same.
 */
export interface Setup {
  /** False: none; true: some, not named; a list: these. */
  tools?: boolean | string[];
  chainOfThought?: boolean;
  /** Worked examples in the prompt. */
  shots?: number;
  /** k of pass@k: an item counts when one of k attempts is right. */
  attempts?: number;
  /** k of maj@k: the most frequent of k answers counts. */
  votes?: number;
  /** How often each item was run; the score is over all of them. */
  epochs?: number;
  temperature?: number;
  topP?: number;
  maxTokens?: number;
  reasoningEffort?: string;
  /** The model that graded the answers. */
  judge?: string;
  /** Who served the model. */
  provider?: string;
  /** The set of prompt templates, with its version. */
  templates?: string;
  /** The rules the answers were made and scored by, as `inspect-0.3.285`; not a build number. */
  engine?: string;
  /** Only the first so many items were run. */
  limit?: number;
  /** What the notes say besides. */
  other?: string;
}

type Kind = 'tools' | 'flag' | 'number' | 'text';

// The order in which notes are written; a new field goes where a reader expects it, old notes keep their meaning.
const FIELDS: readonly (readonly [keyof Setup, string, Kind])[] = [
  ['tools', 'tools', 'tools'],
  ['chainOfThought', 'cot', 'flag'],
  ['shots', 'shots', 'number'],
  ['attempts', 'attempts', 'number'],
  ['votes', 'votes', 'number'],
  ['epochs', 'epochs', 'number'],
  ['temperature', 'temperature', 'number'],
  ['topP', 'top-p', 'number'],
  ['maxTokens', 'max-tokens', 'number'],
  ['reasoningEffort', 'reasoning', 'text'],
  ['judge', 'judge', 'text'],
  ['templates', 'templates', 'text'],
  ['engine', 'engine', 'text'],
  ['provider', 'provider', 'text'],
  ['limit', 'limit', 'number'],
  ['other', 'other', 'text'],
];

/**
 * The provider says where a model was served, not how it was tested: boards compare models across providers, and show
 * the provider beside the score. Everything else separates, `limit` too: a part of the items is another measurement.
 */
const NOT_IN_CLASS: readonly (keyof Setup)[] = ['provider'];

/** The canonical text of a setup, the empty text for the empty setup. `parseNotes` reads it back unchanged. */
export function formatNotes(setup: Setup): string {
  return FIELDS.flatMap(([key, label, kind]) => formatField(label, kind, setup[key])).join('; ');
}

/** Equal exactly when every field that can move a score is equal; the empty text when none is stated. */
export function setupClass(setup: Setup): string {
  const relevant = { ...setup };
  for (const key of NOT_IN_CLASS) delete relevant[key];
  return formatNotes(relevant);
}

function formatField(label: string, kind: Kind, value: Setup[keyof Setup]): string[] {
  if (value === undefined) return [];
  if (kind === 'flag') return [value ? label : `no-${label}`];
  if (kind === 'tools') return [`${label}: ${formatTools(value as boolean | string[])}`];
  if (kind === 'number') return Number.isFinite(value) ? [`${label}: ${Number(value) + 0}`] : [];
  return [`${label}: ${formatText(String(value))}`];
}

function formatTools(tools: boolean | string[]): string {
  if (typeof tools === 'boolean') return tools ? 'yes' : 'none';
  const names = [...new Set(tools)].sort();
  return names.length === 0 ? '[]' : names.map((name) => formatText(name, ['yes', 'none', '[]'])).join(', ');
}

function formatText(text: string, reserved: readonly string[] = []): string {
  const plain =
    text !== '' && text === text.trim() && !/[;,"\\\u0000-\u001f]/.test(text) && text.isWellFormed();
  return plain && !reserved.includes(text) ? text : JSON.stringify(text);
}

const STRING = '"(?:[^"\\\\]|\\\\.)*"';

/** Cuts a text at a separator that stands outside quotes; null when a quote is not closed. */
function cutAt(separator: ';' | ',', text: string): string[] | null {
  const part = new RegExp(`((?:${STRING}|[^"${separator}])*)(${separator}|$)`, 'y');
  const parts: string[] = [];
  while (true) {
    const match = part.exec(text);
    if (!match) return null;
    parts.push(match[1]!.trim());
    if (match[2] === '') return parts;
  }
}

/** The setup that has exactly this canonical text, or null. */
export function parseCanonicalNotes(text: string): Setup | null {
  const setup: Setup = {};
  if (!cutAt(';', text)?.every((part) => readPart(part, setup))) return null;
  return formatNotes(setup) === text ? setup : null;
}

function readPart(part: string, setup: Setup): boolean {
  const label = /^[a-z-]+/.exec(part)?.[0];
  const field = FIELDS.find(([, name]) => name === label || `no-${name}` === label);
  if (!field || label === undefined) return false;
  const [key, , kind] = field;
  const rest = part.slice(label.length);
  if (kind === 'flag') return rest === '' && assign(setup, key, !label.startsWith('no-'));
  if (!rest.startsWith(': ')) return false;
  const value = readValue(kind, rest.slice(2));
  return value !== null && assign(setup, key, value);
}

function readValue(kind: Kind, text: string): string | number | boolean | string[] | null {
  if (kind === 'number') return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : null;
  if (kind === 'text') return readText(text);
  if (text === 'yes' || text === 'none') return text === 'yes';
  if (text === '[]') return [];
  const names = cutAt(',', text)?.map(readText);
  return names?.every((name) => name !== null) ? names : null;
}

function readText(text: string): string | null {
  if (!text.startsWith('"')) return text;
  try {
    return JSON.parse(text) as string;
  } catch {
    return null;
  }
}

function assign(setup: Setup, key: keyof Setup, value: unknown): true {
  Object.assign(setup, { [key]: value });
  return true;
}
