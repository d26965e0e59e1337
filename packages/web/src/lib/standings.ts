/** What a maintainer can decide about a benchmark. */
export const BENCHMARK_DECISIONS = [
  { id: 'official', label: 'Official' },
  { id: 'declined', label: 'Declined' },
  { id: 'retired', label: 'Retired' },
  { id: 'candidate', label: 'Candidate again' },
] as const;
