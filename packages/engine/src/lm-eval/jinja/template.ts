import { SemanticsError } from '../../semantics/error.ts';
import { splitArguments } from './arguments.ts';
import { PythonInterpreter } from './interpreter.ts';
import {
  ArrayValue,
  BooleanValue,
  createScope,
  FunctionValue,
  IntegerValue,
  NullValue,
  ObjectValue,
  parseTemplate,
  type RuntimeValue,
  type Scope,
  type TemplateNode,
} from './library.ts';
import { toRuntime } from './values.ts';

/** A Jinja template, parsed once. */
export interface Template {
  /** The names it reads, those it sets itself among them. */
  readonly names: ReadonlySet<string>;
  /** Fills it with the columns of a record. Throws `bad-record` with the template's reason. */
  render(record: Record<string, unknown>): string;
}

const compiled = new Map<string, Template>();

/**
 * Compiles a template under lm-eval's rules: Jinja2 where undefined names are errors and the newline at the end stays.
 * Throws `bad-template`.
 */
export function compileTemplate(source: string): Template {
  let template = compiled.get(source);
  if (!template) {
    template = compile(source);
    // Texts of many tasks: a bound keeps a long listing from holding them all.
    if (compiled.size > 2_000) compiled.clear();
    compiled.set(source, template);
  }
  return template;
}

function compile(source: string): Template {
  let program: TemplateNode;
  try {
    program = parseTemplate(source);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SemanticsError('bad-template', `the template cannot be read: ${reason}`, {
      cause,
      hint: shorten(source),
    });
  }
  const names = new Set<string>();
  collectNames(program, names);
  markOutputs(program);
  return {
    names,
    render(record) {
      const scope = createScope();
      for (const [name, value] of globals) scope.setVariable(name, value);
      for (const name of names) {
        if (Object.hasOwn(record, name)) scope.setVariable(name, toRuntime(record[name]));
      }
      try {
        return run(program, scope);
      } catch (cause) {
        if (cause instanceof SemanticsError) throw cause;
        const reason = cause instanceof Error ? cause.message : String(cause);
        throw new SemanticsError('bad-record', `a template cannot be filled: ${reason}`, {
          cause,
          hint: shorten(source),
        });
      }
    },
  };
}

function run(program: TemplateNode, scope: Scope): string {
  return new PythonInterpreter(scope).evaluate(program, scope).value as string;
}

function shorten(source: string): string {
  return source.length > 200 ? `${source.slice(0, 200)} …` : source;
}

const globals: [string, RuntimeValue][] = [
  ...(['true', 'True'].map((name) => [name, new BooleanValue(true)]) as [string, RuntimeValue][]),
  ...(['false', 'False'].map((name) => [name, new BooleanValue(false)]) as [string, RuntimeValue][]),
  ...(['none', 'None'].map((name) => [name, new NullValue(null)]) as [string, RuntimeValue][]),
  ['range', new FunctionValue(range)],
  ['dict', new FunctionValue((args) => new ObjectValue(new Map(splitArguments(args).named)))],
];

function range(args: RuntimeValue[]): RuntimeValue {
  const numbers = args.map((arg) => Number(arg.value));
  const [start = 0, end = 0, step = 1] = numbers.length === 1 ? [0, numbers[0]] : numbers;
  if (step === 0 || (end - start) / step > 100_000) throw new Error('range: too many numbers');
  const out: RuntimeValue[] = [];
  for (let at = start; step > 0 ? at < end : at > end; at += step) out.push(new IntegerValue(at));
  return new ArrayValue(out);
}

/** Statements do something; everything else that stands in a body is printed. */
const statements = new Set(
  `If For Set Macro CallStatement FilterStatement Break Continue Comment StringLiteral Output`.split(' '),
);
const bodies = ['body', 'alternate', 'defaultBlock'];

/** Wraps each printed expression, so that the interpreter sees where Python's `str()` stands. */
function markOutputs(node: TemplateNode): void {
  for (const field of bodies) {
    const body = node[field];
    if (!Array.isArray(body)) continue;
    node[field] = body.map((one: TemplateNode) => {
      markOutputs(one);
      return statements.has(one.type) ? one : { type: 'Output', value: one };
    });
  }
}

function collectNames(value: unknown, names: Set<string>): void {
  if (value instanceof Map) {
    for (const [key, item] of value) collectNames([key, item], names);
  } else if (Array.isArray(value)) {
    for (const item of value) collectNames(item, names);
  } else if (typeof value === 'object' && value !== null) {
    const node = value as TemplateNode;
    if (node.type === 'Identifier') names.add(node.value as string);
    for (const child of Object.values(node)) collectNames(child, names);
  }
}
