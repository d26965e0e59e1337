/**
 * The scales: numbers about numbers. Owns intervals, paired tests, ranks, resolution and number forensics. Promises pure
 * functions with their source named, refusing arguments a formula has no meaning for. Never reads a clock, a random
 * source or a file, and never decides what a board shows.
 */
export { type ClusteredError, clusteredStandardError } from './clustered-error.ts';
export { type Equivalence, equivalence } from './equivalence.ts';
export { type GrimVerdict, grim } from './grim.ts';
export { holmAdjusted } from './holm.ts';
export { around, type Interval, type MeanInterval, meanInterval, wilsonInterval } from './intervals.ts';
export { exactMcNemar } from './mcnemar.ts';
export { missingBounds } from './missing-bounds.ts';
export { normalQuantile, tQuantile } from './quantiles.ts';
export { sharedRanks } from './ranks.ts';
export { discordanceAt, itemsForGap, smallestGap, type TestDesign } from './resolution.ts';
export type { StatsCode } from './stats-error.ts';
export { type Suppression, suppression } from './suppression.ts';
