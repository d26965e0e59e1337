/** What an administrator can decide about a benchmark. */
export const BENCHMARK_DECISIONS = [
  { id: 'official', label: 'Official' },
  { id: 'declined', label: 'Declined' },
  { id: 'retired', label: 'Retired' },
] as const;
