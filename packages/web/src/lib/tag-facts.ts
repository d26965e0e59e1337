/** One thing that a card's tags tell of a repo, as its page names it. */
export interface TagFact {
  label: string;
  values: { text: string; tag: string }[];
}

/** Kinds that a reader who chooses looks for, in this order. */
const kinds: [prefix: string, label: string][] = [
  ['license:', 'Licence'],
  ['language:', 'Languages'],
  ['task_categories:', 'Tasks'],
  ['size_categories:', 'Size'],
  ['dataset:', 'Trained on'],
  ['arxiv:', 'arXiv'],
];

/** Values of one kind that are shown, at most. */
const most = 8;

/** What is shown of the tags that the Hub derives from a card: `kind:value` only; the rest is for lists and searches. */
export function toTagFacts(tags: string[]): TagFact[] {
  return kinds.flatMap(([prefix, label]) => {
    const own = tags.filter((tag) => tag.startsWith(prefix) && tag.length > prefix.length);
    const values = own.slice(0, most).map((tag) => ({ text: tag.slice(prefix.length), tag }));
    return values.length > 0 ? [{ label, values }] : [];
  });
}
