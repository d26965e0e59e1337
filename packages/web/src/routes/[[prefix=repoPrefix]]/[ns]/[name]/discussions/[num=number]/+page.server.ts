import { addComment, mergePullRequest, readDiscussion, readPullFindings, setStatus } from '@assay/client';
import { fail, type RequestEvent, redirect } from '@sveltejs/kit';
import { discussionAddress } from '#lib/addresses.ts';
import { parseClosing } from '#lib/closing.ts';
import { parseDiff } from '#lib/diff.ts';
import { attempt, optional, required } from '#lib/server/answers.ts';
import { repoOf } from '#lib/server/repo-of.ts';
import { mayWrite } from '#lib/server/rights.ts';
import { toTimeline } from '#lib/server/timeline.ts';
import type { Actions, PageServerLoad, RouteParams } from './$types';

export const load: PageServerLoad = async ({ locals, params, parent }) => {
  const { repo } = await parent();
  const [thread, writer] = await Promise.all([
    required(readDiscussion(locals.hub, repo, Number(params.num), { diff: true })),
    mayWrite(locals.hub, locals.actor, repo),
  ]);
  const { diff, events, ...discussion } = thread;
  const isAuthor = locals.actor !== null && thread.author?.name === locals.actor.name;
  const results =
    thread.isPullRequest && repo.type === 'model' ? await resultsOf(locals, repo.name, thread.num) : [];
  return {
    discussion,
    timeline: toTimeline(events),
    changes: diff === undefined ? null : parseDiff(diff),
    results,
    may: { comment: locals.actor !== null, status: writer || isAuthor, merge: writer },
  };
};

async function resultsOf(locals: App.Locals, model: string, num: number) {
  const answer = await optional(readPullFindings(locals.hub, model, num));
  return answer?.results ?? [];
}

type Event = RequestEvent<RouteParams>;

export const actions: Actions = {
  comment: async (event) => {
    const comment = String((await event.request.formData()).get('comment') ?? '').trim();
    if (!comment) return fail(400, { message: 'Write something first.' });
    return carryOut(event, (hub, repo, num) => addComment(hub, repo, num, comment));
  },
  close: async (event) => {
    const form = await event.request.formData();
    const closing = parseClosing(String(form.get('reason') ?? ''), String(form.get('text') ?? ''));
    if (!closing.ok) return fail(400, { message: closing.message });
    const { reason, words } = closing;
    const said = { reason, ...(words && { comment: words }) };
    return carryOut(event, (hub, repo, num) => setStatus(hub, repo, num, 'closed', said));
  },
  reopen: (event) => carryOut(event, (hub, repo, num) => setStatus(hub, repo, num, 'open')),
  merge: (event) => carryOut(event, (hub, repo, num) => mergePullRequest(hub, repo, num)),
};

type Command = (hub: App.Locals['hub'], repo: ReturnType<typeof repoOf>, num: number) => Promise<void>;

/** Runs one command on the discussion; back to its page when done, else the hub's words stand above the form. */
async function carryOut(event: Event, command: Command) {
  const repo = repoOf(event.params);
  const num = Number(event.params.num);
  const done = await attempt(command(event.locals.hub, repo, num));
  if (!done.ok) return done.failure;
  redirect(303, discussionAddress(repo.type, repo.name, num));
}
