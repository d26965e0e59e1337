/** Something about a number that a reader should know before believing it. It never blocks a result. */
export interface Finding {
  code: FindingCode;
  /** `doubt`: the number cannot be, or is very unlikely to be, what it says. `note`: something is not known. */
  level: 'doubt' | 'note';
  message: string;
}

type FindingCode =
  | 'grim'
  | 'unit'
  | 'out-of-bounds'
  | 'revision-unstated'
  | 'revision-unknown'
  | 'duplicate'
  | 'card-conflict'
  | 'date-in-future'
  | 'date-before-benchmark'
  | 'date-before-model';

/** What an entry claims. */
export interface Claim {
  value: number;
  /** As the file writes it: its digits are part of the claim. */
  valueText: string;
  revision?: string;
  /** ISO time; only when the file states one. */
  date?: string;
  /** Repeats of each sample, as the entry's notes say. */
  epochs?: number;
  /** Samples, when the entry says that it is of a part (`limit`). */
  limit?: number;
  /** Samples scored, as the log counts them. */
  scored?: number;
}

/** What the benchmark says about such values. */
export interface TaskRules {
  unit?: 'fraction' | 'percent' | 'points';
  bounds?: [number, number];
  items?: number;
  /** Whether a value is a share of right answers, each right or wrong. */
  isShare: boolean;
  /** Repeats of each sample that eval.yaml asks for, and whether a value is their mean. */
  epochs: number;
  isMeanOfEpochs: boolean;
}
