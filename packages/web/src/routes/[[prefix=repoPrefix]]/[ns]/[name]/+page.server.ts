import { readModelResults } from '@assay/client';
import { required } from '#lib/server/answers.ts';
import { readBoardView } from '#lib/server/board.ts';
import { readCard } from '#lib/server/card.ts';
import type { PageServerLoad } from './$types';

/** The first page of a repo: a benchmark's leaderboard, a model's scores, else its card. */
export const load: PageServerLoad = async ({ locals, parent, url }) => {
  const { repo, benchmark } = await parent();
  if (benchmark) return { kind: 'board' as const, view: await readBoardView(locals.hub, benchmark, url) };
  const card = readCard(locals.hub, repo);
  if (repo.type !== 'model') return { kind: 'card' as const, card: await card };
  const answer = await required(readModelResults(locals.hub, repo.name));
  return { kind: 'scores' as const, ...answer, card: await card };
};
