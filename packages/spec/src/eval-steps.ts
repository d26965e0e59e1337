import { didYouMean } from './closest-name.ts';
import { quoted } from './errors.ts';
import type { IssueList } from './issue-list.ts';
import { asList, asMap, describeNode, requireField } from './yaml-fields.ts';
import { toJsonObject, type YamlMap, type YamlNode } from './yaml-tree.ts';

/** One solver or scorer of a task. */
export interface Step {
  name: string;
  args: Record<string, unknown>;
}

/** What Inspect's task format for the Hub allows; each with the arguments without which the task cannot be built. */
const SOLVERS: Readonly<Record<string, readonly string[]>> = {
  prompt_template: ['template'],
  system_message: ['template'],
  user_message: ['template'],
  chain_of_thought: [],
  use_tools: [],
  generate: [],
  self_critique: [],
  multiple_choice: [],
};

const SCORERS: Readonly<Record<string, readonly string[]>> = {
  includes: [],
  match: [],
  pattern: ['pattern'],
  answer: ['pattern'],
  exact: [],
  f1: [],
  model_graded_qa: [],
  model_graded_fact: [],
  choice: [],
  math: [],
};

/** Reads `solvers` or `scorers`: a list of at least one `{ name, args? }`. */
export function readSteps(node: YamlNode | undefined, kind: 'solver' | 'scorer', issues: IssueList): Step[] {
  const list = asList(node, issues, `write a list: "- name: …"`);
  if (!list) return [];
  if (list.items.length === 0)
    issues.error(list, 'empty-list', `\`${list.path}\` must name at least one ${kind}`);
  return list.items.flatMap((item) => readStep(item, kind, issues) ?? []);
}

function readStep(node: YamlNode, kind: 'solver' | 'scorer', issues: IssueList): Step | undefined {
  const known = kind === 'solver' ? SOLVERS : SCORERS;
  const asName = node.kind === 'scalar' ? `write "- name: ${node.source.slice(0, 40)}"` : '';
  const map = asMap(node, issues, asName);
  if (!map) return undefined;
  const nameNode = requireField(map, 'name', issues);
  const args = readArgs(map, issues);
  for (const [key, field] of map.fields) {
    // Inspect ignores these silently, which is how an argument gets lost.
    if (key === 'name' || key === 'args') continue;
    issues.warn(
      field.key,
      'ignored-key',
      `${quoted(key)} beside \`name\` is ignored`,
      'put arguments below `args`',
    );
  }
  if (nameNode === undefined) return undefined;
  const name = nameNode.kind === 'scalar' && typeof nameNode.value === 'string' ? nameNode.value : null;
  if (name === null || !Object.hasOwn(known, name)) {
    const names = Object.keys(known);
    const hint = (name !== null && didYouMean(name, names)) || `${kind}s: ${names.join(', ')}`;
    issues.error(
      nameNode,
      `unknown-${kind}`,
      `no ${kind} is called ${name === null ? describeNode(nameNode) : quoted(name)}`,
      hint,
    );
    return undefined;
  }
  for (const argument of known[name]!) {
    if (Object.hasOwn(args, argument)) continue;
    issues.warn(
      map,
      'missing-argument',
      `${kind} \`${name}\` cannot be built without the argument \`${argument}\``,
      `add it below \`args\``,
    );
  }
  return { name, args };
}

function readArgs(map: YamlMap, issues: IssueList): Record<string, unknown> {
  const field = map.fields.get('args');
  const args = asMap(field?.value, issues, 'leave `args` out when there are none');
  return args ? toJsonObject(args) : {};
}
