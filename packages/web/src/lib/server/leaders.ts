import { type BenchmarkCard, type BoardRow, type HubConnection, readBoard } from '@assay/client';
import { optional } from './answers.ts';

export type LedCard = BenchmarkCard & {
  /** The first row of the first task's board; null where the board is empty or was not asked for. */
  leader: BoardRow | null;
};

/** Boards asked for one page: beyond these, cards come without their leader. */
const MOST = 12;

export function withLeaders(hub: HubConnection, cards: BenchmarkCard[]): Promise<LedCard[]> {
  return Promise.all(
    cards.map(async (card, i) => {
      const task = card.tasks[0];
      const board =
        i < MOST && task
          ? await optional(readBoard(hub, card.id, { task, includeCommunity: true, limit: 1 }))
          : null;
      return { ...card, leader: board?.rows[0] ?? null };
    }),
  );
}
