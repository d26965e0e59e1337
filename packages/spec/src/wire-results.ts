import type { ResultEntry } from './result-entry.ts';
import type { WireAuthor } from './wire-accounts.ts';

export interface WireSource {
  url: string;
  name?: string;
  user?: string;
  org?: string;
}

/** An element of `evalResults` in a model's info. Files with errors are left out: older clients crash on them. */
export interface WireEvalResult {
  filename: string;
  verified: boolean;
  data: {
    dataset: { id: string; task_id: string; revision?: string };
    value: number;
    verifyToken?: string;
    date?: string;
    source?: WireSource;
    notes?: string;
  };
  /** The number of the pull request on the model's repo, while it is not merged. */
  pullRequest?: number;
}

/** A row of `GET /api/datasets/{id}/leaderboard`. Python's client fails without `author`. */
export interface WireLeaderboardRow {
  rank: number;
  modelId: string;
  value: number;
  filename: string;
  verified: boolean;
  author: WireAuthor;
  source?: WireSource & { isExternal: boolean };
  pullRequest?: number;
  notes?: string;
  lower_is_better?: boolean;
}

type EntryFields = Pick<ResultEntry, 'dataset' | 'value' | 'verifyToken' | 'date' | 'source' | 'notes'>;

/** An entry as clients can read it: no nulls, no empty texts, no source without address. */
export function toWireEvalResult(
  entry: EntryFields,
  place: { filename: string; verified: boolean; pullRequest?: number },
): WireEvalResult {
  const { dataset } = entry;
  const source = toWireSource(entry.source);
  return {
    filename: place.filename,
    verified: place.verified,
    data: {
      dataset: {
        id: dataset.id,
        task_id: dataset.taskId,
        ...(dataset.revision && { revision: dataset.revision }),
      },
      value: entry.value,
      ...(entry.verifyToken && { verifyToken: entry.verifyToken }),
      ...(entry.date && { date: entry.date }),
      ...(source && { source }),
      ...(entry.notes && { notes: entry.notes }),
    },
    ...(place.pullRequest !== undefined && { pullRequest: place.pullRequest }),
  };
}

export interface LeaderboardPlace {
  rank: number;
  modelId: string;
  filename: string;
  verified: boolean;
  author: WireAuthor;
  /** The hub's own address; a source elsewhere is external. */
  origin: string;
  pullRequest?: number;
  lowerIsBetter?: boolean;
}

/** A result as a row of the leaderboard. */
export function toWireLeaderboardRow(
  result: Pick<EntryFields, 'value' | 'source' | 'notes'>,
  place: LeaderboardPlace,
): WireLeaderboardRow {
  const source = toWireSource(result.source);
  return {
    rank: place.rank,
    modelId: place.modelId,
    value: result.value,
    filename: place.filename,
    verified: place.verified,
    author: place.author,
    ...(source && { source: { ...source, isExternal: !isAt(source.url, place.origin) } }),
    ...(place.pullRequest !== undefined && { pullRequest: place.pullRequest }),
    ...(result.notes && { notes: result.notes }),
    ...(place.lowerIsBetter !== undefined && { lower_is_better: place.lowerIsBetter }),
  };
}

function toWireSource(source: EntryFields['source'] | null): WireSource | undefined {
  if (!source?.url) return undefined;
  const { url, name, user, org } = source;
  return { url, ...(name && { name }), ...(user && { user }), ...(org && { org }) };
}

function isAt(url: string, origin: string): boolean {
  return URL.canParse(url) && URL.canParse(origin) && new URL(url).origin === new URL(origin).origin;
}
