import { Environment, Interpreter, parse, tokenize } from '@huggingface/jinja';

// The seam to @huggingface/jinja: its types do not resolve under `nodenext` (they import without endings), so what we
// use of it is written down here.

/** A node of a parsed template; which fields it has depends on its type. */
export interface TemplateNode {
  type: string;
  [field: string]: unknown;
}

/** A value while a template runs: `IntegerValue`, `FloatValue`, `StringValue`, … */
export interface RuntimeValue {
  type: string;
  value: unknown;
  __bool__(): RuntimeValue;
  toString(): string;
}

export interface Scope {
  setVariable(name: string, value: RuntimeValue): RuntimeValue;
  lookupVariable(name: string): RuntimeValue;
  /** Makes a runtime value of a plain one, under a name that is still free. */
  set(name: string, value: unknown): RuntimeValue;
}

interface Evaluator {
  evaluate(node: TemplateNode | undefined, scope: Scope): RuntimeValue;
}

type Call = (args: RuntimeValue[], scope: Scope) => RuntimeValue;

export const BaseInterpreter = Interpreter as unknown as new (scope?: Scope) => Evaluator;

export function createScope(): Scope {
  return new Environment() as unknown as Scope;
}

/** The classes of runtime values are not exported; a value of each kind shows them. */
function classOf<Value>(example: unknown): new (value: Value) => RuntimeValue {
  return createScope().set('example', example).constructor as new (
    value: Value,
  ) => RuntimeValue;
}

export const StringValue = classOf<string>('');
export const IntegerValue = classOf<number | bigint>(1);
export const FloatValue = classOf<number>(0.5);
export const BooleanValue = classOf<boolean>(true);
export const NullValue = classOf<null>(null);
export const ArrayValue = classOf<RuntimeValue[]>([]);
export const ObjectValue = classOf<Map<string, RuntimeValue>>({});
export const UndefinedValue = classOf<undefined>(undefined);
export const FunctionValue = classOf<Call>(() => null);

/**
 * Parses with Jinja2's own defaults, as lm-eval sets them: no blocks trimmed, and the newline at the end stays (the
 * library takes one away).
 * @throws SyntaxError
 */
export function parseTemplate(source: string): TemplateNode {
  const text = source.replace(/\r\n?/g, '\n');
  const kept = text.endsWith('\n') ? `${text}\n` : text;
  return parse(tokenize(kept, {})) as unknown as TemplateNode;
}
