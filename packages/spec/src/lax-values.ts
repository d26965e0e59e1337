import type { IssueList } from './issue-list.ts';
import { describeNode, isNull } from './yaml-fields.ts';
import type { YamlNode } from './yaml-tree.ts';

// Inspect reads tasks through pydantic, which converts: "3" is a number there and "yes" a truth value.

/** At least 1; `"3"` and `2.0` count as 3 and 2, as pydantic's lax conversion has it, `2.5` does not. */
export function readEpochs(node: YamlNode | undefined, issues: IssueList): number {
  if (node === undefined) return 1;
  const epochs = node.kind === 'scalar' ? laxInteger(node.value) : null;
  if (epochs !== null && epochs >= 1) return epochs;
  issues.error(
    node,
    'invalid-epochs',
    `\`epochs\` must be a whole number of at least 1 but is ${describeNode(node)}`,
  );
  return 1;
}

function laxInteger(value: string | number | boolean | null): number | null {
  const text = typeof value === 'string' && /^\s*[-+]?\d+(\.0*)?\s*$/.test(value);
  const number = value === true ? 1 : text || typeof value === 'number' ? Number(value) : Number.NaN;
  return Number.isSafeInteger(number) ? number : null;
}

/** True or false, also as the words and digits that pydantic takes for them; null is absent. */
export function readLaxBoolean(node: YamlNode | undefined, issues: IssueList): boolean | undefined {
  if (node === undefined || isNull(node)) return undefined;
  const word = node.kind === 'scalar' ? String(node.value).trim().toLowerCase() : '';
  if (['true', 't', 'yes', 'y', 'on', '1'].includes(word)) return true;
  if (['false', 'f', 'no', 'n', 'off', '0'].includes(word)) return false;
  issues.error(node, 'not-a-boolean', `\`${node.path}\` must be true or false but is ${describeNode(node)}`);
  return undefined;
}
