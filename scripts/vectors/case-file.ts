import { PythonFloat } from '../../packages/engine/src/semantics/python/values.ts';

export type CaseKind =
  | 'scorer'
  | 'choice'
  | 'graded'
  | 'prompt'
  | 'template'
  | 'util'
  | 'hf'
  | 'shuffle'
  | 'metric'
  | 'reducer'
  | 'reducer_name'
  | 'results';

/** A case with its inputs as recorded; what `input` holds depends on the kind. */
export interface VectorCase {
  id: string;
  kind?: CaseKind;
  name: string;
  // biome-ignore lint/suspicious/noExplicitAny: each kind has its own shape, checked by running it
  input: any;
  expected: unknown;
  [field: string]: unknown;
}

export interface CaseFile {
  form: 'unit' | 'end-to-end';
  cases: VectorCase[];
}

export function isCaseFile(value: unknown): value is CaseFile {
  const file = value as { cases?: unknown; form?: string } | null;
  if (typeof file !== 'object' || file === null || !Array.isArray(file.cases)) return false;
  const [first] = file.cases as VectorCase[];
  if (first === undefined || typeof first.id !== 'string') return false;
  file.form = first.kind === undefined ? 'end-to-end' : 'unit';
  return first.kind !== undefined || 'eval_yaml' in first;
}

/** `{"$float": "NaN"}` and its kin become numbers, whole floats too. */
export function decoded(value: unknown): unknown {
  if (value instanceof PythonFloat) return value.value;
  if (Array.isArray(value)) return value.map(decoded);
  if (typeof value !== 'object' || value === null) return value;
  if ('$float' in value) return Number(value.$float);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, decoded(item)]));
}
