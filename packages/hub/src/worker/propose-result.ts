import {
  describePullRequest,
  editResultFile,
  type NewEntry,
  parseEvalResults,
  type RunFacts,
  toResultPath,
} from '@assay/spec';
import type { Actor } from '../auth/actor.ts';
import type { HubContext } from '../context.ts';
import { openPullRequest } from '../discussions/open.ts';
import { HubError } from '../errors.ts';
import type { Operation } from '../git/commit-writer.ts';
import type { EvalJob } from '../jobs/job.ts';
import { writeOperations } from '../receive/commit-to-ref.ts';
import { toHubError } from '../receive/refusal.ts';
import type { Repo } from '../repos/repo.ts';

export interface Proposal {
  bot: Actor;
  model: Repo;
  facts: RunFacts;
  entry: NewEntry;
  job: EvalJob;
  hubUrl: string;
}

/**
 * Opens the pull request with a job's entry, in the name of the hub's own account.
 * @returns its number, an earlier one when this entry waits in it already; null when the entry is on main
 * @throws HubError what `receive` refuses
 */
export async function proposeResult(ctx: HubContext, proposal: Proposal): Promise<number | null> {
  const { bot, model, facts, entry } = proposal;
  const git = ctx.git.reader(model.id);
  const parent = await git.ref('refs/heads/main');
  if (parent === null) throw new HubError('revision-not-found', `${model.fullName} has no branch main`);
  const path = toResultPath(facts.dataset);
  const edit = editResultFile(await readResultFile(ctx, model, parent, path), entry);
  if (edit.kind === 'present') return null;
  const waiting = await findWaiting(ctx, proposal, path);
  if (waiting !== null) return waiting;
  const quarantine = await ctx.git.quarantine(model.id);
  try {
    const { title, description } = describePullRequest(facts, entry);
    const operations = writeFile(path, edit.text);
    const head = await writeOperations(ctx, quarantine, { actor: bot, message: title, operations, parent });
    const opened = await openPullRequest(ctx, {
      repo: model,
      actor: bot,
      title,
      description: `${description}${describeJob(proposal)}`,
      baseRef: 'refs/heads/main',
      head,
      status: 'open',
      quarantine,
    });
    if (!opened.ok) throw toHubError(opened.refused);
    return opened.num;
  } finally {
    quarantine.discard();
  }
}

async function* writeFile(path: string, text: string): AsyncGenerator<Operation> {
  yield { kind: 'write', path, content: Buffer.from(text) };
}

function describeJob({ job, hubUrl }: Proposal): string {
  const { owner, initiator, spec } = job;
  return [
    `- Job: ${hubUrl}/jobs/${owner.name}/${job.id}, asked for by ${initiator.name}`,
    `- Provider: ${spec.provider}`,
    '',
  ].join('\n');
}

async function readResultFile(
  ctx: HubContext,
  model: Repo,
  commit: string,
  path: string,
): Promise<string | null> {
  const git = ctx.git.reader(model.id);
  const found = await git.entry(commit, path);
  return found?.type === 'file' ? (await git.blob(found.oid)).toString('utf8') : null;
}

/** The bot's own pull request that holds this very entry: an attempt before this one got so far. */
async function findWaiting(
  ctx: HubContext,
  { bot, model, entry }: Proposal,
  path: string,
): Promise<number | null> {
  const rows = await ctx.db.query<{ num: number }>(
    `SELECT num FROM record.discussions WHERE repo_id = $1 AND author_id = $2 AND is_pull_request
       AND status IN ('open', 'draft') ORDER BY num DESC LIMIT 200`,
    [model.id, bot.id],
  );
  for (const { num } of rows) {
    const head = await ctx.git.reader(model.id).ref(`refs/pr/${num}`);
    const text = head && (await readResultFile(ctx, model, head, path));
    const parsed = text ? parseEvalResults(text) : null;
    if (parsed?.ok && parsed.value.some((one) => one.verifyToken === entry.verifyToken)) return num;
  }
  return null;
}
