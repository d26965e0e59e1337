import type { IssueList } from './issue-list.ts';
import { asList, checkKeys, isNull, readText } from './yaml-fields.ts';
import type { YamlMap, YamlNode } from './yaml-tree.ts';

/** Which columns of the dataset make a sample. `target` may be `literal:TEXT`. */
export interface FieldSpec {
  input: string;
  target: string;
  /** One column that holds a list, or several columns. */
  choices?: string | string[];
  inputImage?: string;
  metadata?: string[];
  description?: string;
  /** Parsed by Inspect and not used: its samples are numbered in dataset order. */
  id?: string;
}

// `description` and `checkpoint` came with inspect_ai 0.3.278 and 0.3.283; the last five are accepted there and not used.
const FIELD_SPEC_KEYS = ['input', 'target', 'choices', 'input_image', 'metadata', 'description'];
const UNUSED_KEYS = ['id', 'sandbox', 'files', 'setup', 'checkpoint'];

/** Reads `field_spec`; unknown keys are errors, as in Inspect. */
export function readFieldSpec(map: YamlMap, issues: IssueList): FieldSpec {
  checkKeys(map, [...FIELD_SPEC_KEYS, ...UNUSED_KEYS], issues, 'error', `${map.path}`);
  const column = (key: string, nullable = false) =>
    readText(map.fields.get(key)?.value, issues, { nullable });
  const spec: FieldSpec = { input: column('input') ?? 'input', target: column('target') ?? 'target' };
  const optional = {
    choices: readChoices(map.fields.get('choices')?.value, issues),
    inputImage: column('input_image', true),
    metadata: readColumns(map.fields.get('metadata')?.value, issues),
    description: column('description', true),
    id: column('id'),
  };
  for (const [key, value] of Object.entries(optional))
    if (value !== undefined) Object.assign(spec, { [key]: value });
  for (const key of ['sandbox', 'files', 'setup']) column(key);
  column('checkpoint', true);
  return spec;
}

function readChoices(node: YamlNode | undefined, issues: IssueList): string | string[] | undefined {
  return node?.kind === 'list' ? readColumns(node, issues) : readText(node, issues, { nullable: true });
}

function readColumns(node: YamlNode | undefined, issues: IssueList): string[] | undefined {
  if (node === undefined || isNull(node)) return undefined;
  const list = asList(node, issues, 'write a list of column names: [a, b]');
  return list?.items.flatMap((item) => readText(item, issues) ?? []);
}
