import type { RepoFacts } from './facts.ts';

/** Where a result stands. */
export interface ResultPlace {
  resultId: string;
  /** 0: on main; N: in pull request N. */
  scope: number;
  closed: boolean;
}

/** Names a result at a place. */
export function placeKey(place: { resultId: string; scope: number }): string {
  return `${place.resultId} in scope ${place.scope}`;
}

/** What the record must say of a repo's results. A file may hold the same entry twice; for the record that is one result. */
export function toPlaces({ results }: Pick<RepoFacts, 'results'>): ResultPlace[] {
  const places = new Map<string, ResultPlace>();
  for (const { result_id: resultId, scope, standing } of results) {
    const place = { resultId, scope, closed: standing === 'closed' };
    places.set(placeKey(place), place);
  }
  return [...places.values()];
}
