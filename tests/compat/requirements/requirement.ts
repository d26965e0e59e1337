/** What a client of the Hub needs from a hub. */
export interface Requirement {
  /**
   * Priority, section of the observed contract, clients: `P0 §1.1 python hf`. P0: nothing works without it; P1: a feature
   * of a client breaks; P2: nice to have.
   */
  for: string;
  /** What the hub does, in a sentence; Markdown. */
  rule: string;
  /** The hub does not do it: clients are told 404 (`noise.unknown`), and no test may cite it. */
  absent?: true;
}

/** Heading -> id -> requirement. */
export type RequirementGroups = Record<string, Record<string, Requirement>>;

/** Names of clients in `for`, and what the document calls them. */
export const clientNames: Record<string, string> = {
  python: '`huggingface_hub`',
  hf: '`hf`',
  datasets: '`datasets`',
  js: '`@huggingface/hub`',
  git: 'git',
  lfs: 'git-lfs',
  inspect: 'Inspect AI',
  lighteval: 'Lighteval',
  mteb: 'mteb',
  people: 'people and their scripts',
};
