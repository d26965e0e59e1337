import { toWireLeaderboardRow, type WireLeaderboardRow } from '@assay/spec';
import type { RankedResult } from './board.ts';
import type { FoundResult } from './result-query.ts';
import { isVerified } from './verification.ts';

/** A row as the Hub's clients read it. @param origin of this hub: a source elsewhere is external */
export function toHubRow(row: RankedResult, origin: string, lowerIsBetter: boolean): WireLeaderboardRow {
  return toWireLeaderboardRow(
    {
      value: row.value,
      ...(row.source && { source: row.source }),
      ...(row.notes && { notes: row.notes }),
    },
    {
      rank: row.rank,
      modelId: row.model,
      filename: row.filename,
      verified: isVerified(row),
      author: toWireAuthor(row.modelAuthor),
      origin,
      lowerIsBetter,
      ...(row.standing === 'community' && { pullRequest: row.scope }),
    },
  );
}

function toWireAuthor({ kind, name, fullname }: FoundResult['modelAuthor']) {
  return { type: kind, name, fullname, avatarUrl: '' };
}
