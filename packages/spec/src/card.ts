import type { Issue } from './errors.ts';
import { readYamlText } from './yaml-text.ts';
import { toJsonObject } from './yaml-tree.ts';

/** A repo's README, taken apart. */
export interface Card {
  /** The front matter as JSON, dates as the text the file has; null when there is none or it cannot be read. */
  data: Record<string, unknown> | null;
  /** What follows the front matter. */
  body: string;
  /** Lines count from the top of the README. */
  issues: Issue[];
}

// The Hub's own reading: three dashes on the first line with text, a mapping, three dashes on a line of their own.
const FRONT_MATTER = /^(\ufeff?\s*---[ \t]*\r?\n)([\s\S]*?)(?<=^|\n)---[ \t]*(?:\r?\n|$)/;

/** Takes a README apart. A text without front matter is a card without data, not a mistake. */
export function parseCard(text: string): Card {
  const match = FRONT_MATTER.exec(text);
  if (!match) return { data: null, body: text, issues: [] };
  const [whole, opening = '', yaml = ''] = match;
  const linesBefore = opening.split('\n').length - 1;
  const { root, issues } = readYamlText(yaml);
  if (root !== null && root.kind !== 'map' && !(root.kind === 'scalar' && root.value === null)) {
    issues.error(
      root,
      'not-a-mapping',
      'the front matter must be a mapping',
      'write lines of the form `key: value`',
    );
  }
  const data = root?.kind === 'map' && !issues.hasErrors ? toJsonObject(root) : null;
  const moved = issues.all().map((issue) => ({ ...issue, line: issue.line + linesBefore }));
  return { data, body: text.slice(whole.length), issues: moved };
}

const MODEL_PREFIXES = { license: 'license:', datasets: 'dataset:', base_model: 'base_model:' };
const DATASET_PREFIXES = {
  task_categories: 'task_categories:',
  task_ids: 'task_ids:',
  annotations_creators: 'annotations_creators:',
  language_creators: 'language_creators:',
  multilinguality: 'multilinguality:',
  source_datasets: 'source_datasets:',
  language: 'language:',
  license: 'license:',
  size_categories: 'size_categories:',
};

/** The tags of a repo's info as the Hub derives them from the card: its own tags, and `kind:value` for what others filter by. */
export function cardTags(type: 'model' | 'dataset' | 'space', card: Pick<Card, 'data' | 'body'>): string[] {
  const data = card.data ?? {};
  const tags: string[] = [];
  if (type === 'model') {
    tags.push(
      ...texts(data.library_name),
      ...texts(data.tags),
      ...texts(data.pipeline_tag),
      ...texts(data.language),
    );
  }
  for (const [key, prefix] of Object.entries(type === 'dataset' ? DATASET_PREFIXES : MODEL_PREFIXES)) {
    tags.push(...texts(data[key]).map((value) => prefix + value));
  }
  if (type !== 'model') tags.push(...texts(data.tags));
  const { relation, models } = baseModelsOf(data);
  if (type === 'model' && relation) tags.push(...models.map((model) => `base_model:${relation}:${model}`));
  tags.push(...paperIds(card.body).map((id) => `arxiv:${id}`));
  return [...new Set(tags)];
}

const RELATIONS = ['adapter', 'finetune', 'quantized', 'merge'];

/** The models that this one says it is made from. Several without a stated relation are a merge, one is a finetune. */
export function baseModelsOf(data: Record<string, unknown> | null): {
  relation: string | null;
  models: string[];
} {
  const models = texts(data?.base_model).filter((id) => /^[\w.-]+\/[\w.-]+$/.test(id));
  if (models.length === 0) return { relation: null, models };
  const stated = RELATIONS.find((relation) => relation === data?.base_model_relation);
  return { relation: stated ?? (models.length > 1 ? 'merge' : 'finetune'), models };
}

function texts(value: unknown): string[] {
  const values = Array.isArray(value) ? value : [value];
  return values.flatMap((each) => {
    const text = typeof each === 'string' ? each.trim() : '';
    return text !== '' && text.length <= 200 ? [text] : [];
  });
}

function paperIds(body: string): string[] {
  return Array.from(
    body.slice(0, 1 << 20).matchAll(/arxiv\.org\/(?:abs|pdf)\/(\d{4}\.\d{4,5})/gi),
    (match) => match[1]!,
  );
}
