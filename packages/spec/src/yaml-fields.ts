import { didYouMean } from './closest-name.ts';
import { quoted } from './errors.ts';
import type { IssueList } from './issue-list.ts';
import type { YamlList, YamlMap, YamlNode, YamlScalar } from './yaml-tree.ts';

/** What a node is, in words for a message. */
export function describeNode(node: YamlNode): string {
  if (node.kind !== 'scalar') return node.kind === 'list' ? 'a list' : 'a mapping';
  if (node.value === null) return 'empty (null)';
  return typeof node.value === 'string'
    ? `the text ${quoted(node.value)}`
    : `the ${typeof node.value} ${node.source}`;
}

export function isNull(node: YamlNode): boolean {
  return node.kind === 'scalar' && node.value === null;
}

/** Reports every key outside `known`, with the nearest known name. */
export function checkKeys(
  map: YamlMap,
  known: readonly string[],
  issues: IssueList,
  severity: 'error' | 'warning',
  where: string,
): void {
  for (const [name, field] of map.fields) {
    if (known.includes(name)) continue;
    const message = `unknown key ${quoted(name)} in ${where}`;
    const free = known.filter((key) => !map.fields.has(key));
    const hint = didYouMean(name, free) || `known keys: ${known.join(', ')}`;
    if (severity === 'error') issues.error(field.key, 'unknown-key', message, hint);
    else issues.warn(field.key, 'unknown-key', message, hint);
  }
}

/** Reports a key that is not there. The place is the map's. */
export function requireField(map: YamlMap, key: string, issues: IssueList, hint = ''): YamlNode | undefined {
  const field = map.fields.get(key);
  if (!field)
    issues.error(
      map,
      'missing-key',
      `\`${key}\` is missing${map.path === '' ? '' : ` in ${map.path}`}`,
      hint,
    );
  return field?.value;
}

export interface TextRules {
  /** Null counts as absent instead of as a mistake. */
  nullable?: boolean;
  /** The empty text is refused. */
  filled?: boolean;
  maxLength?: number;
}

/** The node as text. A number, boolean or date must be put in quotes: readers disagree about what they are. */
export function readText(
  node: YamlNode | undefined,
  issues: IssueList,
  rules: TextRules = {},
): string | undefined {
  if (node === undefined || (rules.nullable && isNull(node))) return undefined;
  if (node.kind !== 'scalar' || typeof node.value !== 'string') {
    const mend =
      node.kind === 'scalar' && node.value !== null ? `put it in quotes: "${node.source.slice(0, 60)}"` : '';
    issues.error(node, 'not-text', `\`${node.path}\` must be text but is ${describeNode(node)}`, mend);
    return undefined;
  }
  if (rules.filled && node.value.trim() === '') {
    issues.error(node, 'empty-text', `\`${node.path}\` must not be empty`);
    return undefined;
  }
  if (/[\u0001-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(node.value)) {
    issues.error(node, 'invalid-text', `\`${node.path}\` holds control characters`);
    return undefined;
  }
  const max = rules.maxLength ?? 10_000;
  if (node.value.length > max) {
    issues.error(node, 'too-long', `\`${node.path}\` is longer than ${max} characters`);
    return undefined;
  }
  return node.value;
}

/** As `readText`, but one line, and refuses what YAML 1.1 readers (Python's among them) take for something else than text. */
export function readName(
  node: YamlNode | undefined,
  issues: IssueList,
  rules: TextRules = {},
): string | undefined {
  const text = readText(node, issues, rules);
  if (text === undefined || node?.kind !== 'scalar') return text;
  if (/[\t\n\r]/.test(text)) {
    issues.error(node, 'invalid-text', `\`${node.path}\` must be one line without tabs`);
    return undefined;
  }
  const taken = takenFor(node);
  if (taken === null) return text;
  const message = `\`${node.path}\` must be text, but many YAML readers take ${quoted(text)} for ${taken}`;
  issues.error(node, 'not-text', message, `put it in quotes: "${text}"`);
  return undefined;
}

function takenFor(node: YamlScalar): string | null {
  if (!node.plain) return null;
  if (/^(yes|no|on|off)$/i.test(node.source)) return 'a boolean';
  if (/^\d{4}-\d\d?-\d\d?([Tt ].*)?$/.test(node.source)) return 'a date';
  if (/^[-+]?(0|[1-9][\d_]*)(:[0-5]?\d)+(\.[\d_]*)?$/.test(node.source)) return 'a number (base 60)';
  if (/^[-+]?(\d[\d_]*)(\.[\d_]*)?$/.test(node.source)) return 'a number';
  return null;
}

export function asMap(node: YamlNode | undefined, issues: IssueList, hint = ''): YamlMap | undefined {
  if (node === undefined || node.kind === 'map') return node;
  const name = node.path === '' ? 'the document' : `\`${node.path}\``;
  issues.error(node, 'not-a-mapping', `${name} must be a mapping but is ${describeNode(node)}`, hint);
  return undefined;
}

export function asList(node: YamlNode | undefined, issues: IssueList, hint = ''): YamlList | undefined {
  if (node === undefined || node.kind === 'list') return node;
  const name = node.path === '' ? 'the document' : `\`${node.path}\``;
  issues.error(node, 'not-a-list', `${name} must be a list but is ${describeNode(node)}`, hint);
  return undefined;
}

export interface NumberRules {
  whole?: boolean;
  min?: number;
  max?: number;
}

/** The node as a finite number within the rules. */
export function readNumber(
  node: YamlNode | undefined,
  issues: IssueList,
  rules: NumberRules = {},
): number | undefined {
  if (node === undefined || isNull(node)) return undefined;
  const { whole = false, min = -Infinity, max = Infinity } = rules;
  const value = node.kind === 'scalar' && typeof node.value === 'number' ? node.value : Number.NaN;
  if (Number.isFinite(value) && value >= min && value <= max && (!whole || Number.isSafeInteger(value)))
    return value;
  const range = `${min > -Infinity ? ` of at least ${min}` : ''}${max < Infinity ? ` and at most ${max}` : ''}`;
  const kind = whole ? 'a whole number' : 'a finite number';
  issues.error(
    node,
    'invalid-number',
    `\`${node.path}\` must be ${kind}${range} but is ${describeNode(node)}`,
  );
  return undefined;
}

/** The node as true or false, as YAML writes them. */
export function readBoolean(node: YamlNode | undefined, issues: IssueList): boolean | undefined {
  if (node === undefined || isNull(node)) return undefined;
  if (node.kind === 'scalar' && typeof node.value === 'boolean') return node.value;
  issues.error(node, 'not-a-boolean', `\`${node.path}\` must be true or false but is ${describeNode(node)}`);
  return undefined;
}
