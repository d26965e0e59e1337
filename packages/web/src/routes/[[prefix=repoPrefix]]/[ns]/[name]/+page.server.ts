import {
  decideStanding,
  type Endpoint,
  listEndpoints,
  readLegacyResults,
  readModelRecord,
  readModelResults,
  readRegistration,
  readRelations,
} from '@assay/client';
import { fail, redirect } from '@sveltejs/kit';
import { repoAddress } from '#lib/addresses.ts';
import { attempt, optional, required } from '#lib/server/answers.ts';
import { readBoardView } from '#lib/server/board.ts';
import { readCard } from '#lib/server/card.ts';
import { repoOf } from '#lib/server/repo-of.ts';
import { BENCHMARK_DECISIONS } from '#lib/standings.ts';
import type { Actions, PageServerLoad } from './$types';

/** The first page of a repo: a benchmark's leaderboard, a model's scores, else its card. */
export const load: PageServerLoad = async ({ locals, parent, url }) => {
  const { repo, benchmark } = await parent();
  if (benchmark) {
    const [view, registration, legacy, run] = await Promise.all([
      readBoardView(locals.hub, benchmark, url),
      required(readRegistration(locals.hub, repo.name)),
      required(readLegacyResults(locals.hub, repo.name)),
      readRunPlaces(locals),
    ]);
    return { kind: 'board' as const, view, registration, legacy, run };
  }
  if (repo.type !== 'model') return { kind: 'card' as const, card: await readCard(locals.hub, repo) };
  // Side by side, and awaited together: a promise that fails while nobody waits for it ends the process.
  const [card, answer, record, relations, run] = await Promise.all([
    readCard(locals.hub, repo),
    required(readModelResults(locals.hub, repo.name)),
    required(readModelRecord(locals.hub, repo.name)),
    required(readRelations(locals.hub, repo.name)),
    readRunPlaces(locals),
  ]);
  return { kind: 'scores' as const, ...answer, record, relations, card, run };
};

/** Where the visitor could run something; null for visitors who are not logged in. */
async function readRunPlaces({
  actor,
  hub,
}: App.Locals): Promise<{ endpoints: Endpoint[]; isAdmin: boolean } | null> {
  if (!actor) return null;
  return { endpoints: (await optional(listEndpoints(hub))) ?? [], isAdmin: actor.isAdmin };
}

export const actions: Actions = {
  async standing({ locals, params, request }) {
    const form = await request.formData();
    const standing = BENCHMARK_DECISIONS.find(({ id }) => id === form.get('standing'))?.id;
    const reason = String(form.get('reason') ?? '').trim();
    if (!standing || !reason) return fail(400, { message: 'Choose a standing and give the reason.' });
    const repo = repoOf(params);
    const done = await attempt(decideStanding(locals.hub, repo.name, standing, reason));
    if (!done.ok) return done.failure;
    redirect(303, repoAddress(repo.type, repo.name));
  },
};
