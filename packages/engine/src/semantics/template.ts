import { SemanticsError } from './error.ts';
import { formatValue } from './python/format-spec.ts';
import { type Field, type Piece, parseFormatString } from './python/format-string.ts';
import { PythonFloat, pythonRepr, pythonStr } from './python/values.ts';

/** Values by name; a template reads own properties only. */
export type Variables = Record<string, unknown>;

/** A template split once per task and filled once per sample. */
export interface Template {
  render(variables: Variables): string;
}

/**
 * Python's `str.format` with named variables, as chain_of_thought, self_critique, multiple_choice and the judges
 * use it. An unknown variable throws `unknown-variable` when rendered. Malformed text throws `bad-template` when
 * rendered, not here: Inspect fails the sample, not the task.
 */
export function strictTemplate(text: string): Template {
  return lazyTemplate(text, renderStrict);
}

/**
 * The forgiving formatter of prompt_template, system_message and user_message: a placeholder that has no value
 * is written back, so that braces of another trade (LaTeX, JSON) mostly survive. Unbalanced braces still throw.
 */
export function tolerantTemplate(text: string): Template {
  return lazyTemplate(text, renderTolerant);
}

type Render = (pieces: Piece[], variables: Variables) => string;

function lazyTemplate(text: string, render: Render): Template {
  if (!/[{}]/.test(text)) return { render: () => text };
  let pieces: Piece[] | undefined;
  return {
    render(variables) {
      pieces ??= parseFormatString(text);
      return render(pieces, variables);
    },
  };
}

function renderStrict(pieces: Piece[], variables: Variables, depth = 2): string {
  let out = '';
  for (const piece of pieces) {
    if (typeof piece === 'string') out += piece;
    else out += strictField(piece, variables, depth);
  }
  return out;
}

function strictField(field: Field, variables: Variables, depth: number): string {
  const value = lookUp(field, variables);
  if (value === missing) {
    throw new SemanticsError(
      'unknown-variable',
      `the template names "${fieldName(field)}", which has no value here`,
      {
        hint: `it may use: ${Object.keys(variables).join(', ')}; double a brace to mean the character`,
      },
    );
  }
  return formatValue(
    converted(value, field.conversion),
    expandedSpec(field.spec, variables, depth, renderStrict),
  );
}

function renderTolerant(pieces: Piece[], variables: Variables, depth = 2): string {
  const numbering = { next: 0, manual: false };
  let out = '';
  for (const piece of pieces) {
    if (typeof piece === 'string') out += piece;
    else out += tolerantField(numbered(piece, numbering), variables, depth);
  }
  return out;
}

function tolerantField(field: Field, variables: Variables, depth: number): string {
  // Null counts as no value, but not inside a list or mapping.
  const isNull = Object.hasOwn(variables, field.first) && (variables[field.first] ?? null) === null;
  const found = isNumber(field.first) || isNull ? missing : lookUp(field, variables);
  const value = found === missing ? `{${fieldName(field)}}` : found;
  const shown = converted(value, field.conversion);
  const spec = expandedSpec(field.spec, variables, depth, renderTolerant);
  try {
    return formatValue(shown, spec);
  } catch {
    return `{${pythonStr(shown)}:${spec}}`;
  }
}

/** Empty fields count up from zero; Python forbids mixing them with numbers. */
function numbered(field: Field, numbering: { next: number; manual: boolean }): Field {
  if (field.first === '') {
    if (numbering.manual) throw mixedNumbering();
    const first = String(numbering.next);
    numbering.next += 1;
    return { ...field, first };
  }
  if (isNumber(field.first)) {
    if (numbering.next > 0) throw mixedNumbering();
    numbering.manual = true;
  }
  return field;
}

function mixedNumbering(): SemanticsError {
  return new SemanticsError('bad-template', 'the template mixes empty braces with numbered ones');
}

function isNumber(name: string): boolean {
  return /^\d+$/.test(name);
}

const missing = Symbol('no value');

function lookUp(field: Field, variables: Variables): unknown {
  if (!Object.hasOwn(variables, field.first)) return missing;
  let value: unknown = variables[field.first] ?? null;
  for (const step of field.path) {
    value = stepInto(value, step.kind, step.name);
    if (value === missing) return missing;
  }
  return value;
}

/**
 * Items of lists, mappings and texts; a list asked for a name, or a number asked for anything, throws. Attributes of
 * Python objects are not imitated: they have no value here.
 */
function stepInto(value: unknown, kind: 'attribute' | 'index', name: string): unknown {
  if (kind === 'attribute') return missing;
  if (typeof value === 'string' || Array.isArray(value)) {
    const items = typeof value === 'string' ? Array.from(value) : value;
    if (!isNumber(name)) throw notIndexable(name);
    return Number(name) < items.length ? items[Number(name)] : missing;
  }
  if (typeof value !== 'object' || value === null || value instanceof PythonFloat) throw notIndexable(name);
  // Python looks a number up as an integer key, which no JSON mapping has.
  return !isNumber(name) && Object.hasOwn(value, name) ? (value as Variables)[name] : missing;
}

function notIndexable(name: string): SemanticsError {
  return new SemanticsError(
    'bad-template',
    `the template asks a value for its item "${name}", which it cannot have`,
  );
}

function converted(value: unknown, conversion: string): unknown {
  switch (conversion) {
    case '':
      return value;
    case 's':
      return pythonStr(value);
    case 'r':
      return pythonRepr(value);
    case 'a':
      return pythonRepr(value).replace(/[^\x00-\x7f]/gu, asciiEscape);
    default:
      throw new SemanticsError('bad-template', `the template has an unknown conversion "!${conversion}"`);
  }
}

function asciiEscape(char: string): string {
  const code = char.codePointAt(0)!;
  if (code < 0x100) return `\\x${code.toString(16)}`;
  return code < 0x10000
    ? `\\u${code.toString(16).padStart(4, '0')}`
    : `\\U${code.toString(16).padStart(8, '0')}`;
}

function expandedSpec(
  spec: string,
  variables: Variables,
  depth: number,
  render: (pieces: Piece[], variables: Variables, depth: number) => string,
): string {
  if (!spec.includes('{')) return spec;
  if (depth <= 1) throw new SemanticsError('bad-template', 'the template nests formats too deeply');
  return render(parseFormatString(spec), variables, depth - 1);
}

function fieldName(field: Field): string {
  const path = field.path.map((step) => (step.kind === 'attribute' ? `.${step.name}` : `[${step.name}]`));
  return field.first + path.join('');
}
