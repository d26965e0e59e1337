import { type RepoType, repoPath, type WireCommitAnswer, type WireCommitLine } from '@assay/spec';
import type { Actor } from '../auth/actor.ts';
import type { HubContext } from '../context.ts';
import { openPullRequest } from '../discussions/open.ts';
import { HubError } from '../errors.ts';
import type { HubApp } from '../http/app.ts';
import { baseUrl } from '../http/base-url.ts';
import { queryOf } from '../http/query.ts';
import { decodeSegment, rawRest } from '../http/raw-path.ts';
import { readJsonObject } from '../http/request-body.ts';
import { readCommitLines } from '../receive/commit-lines.ts';
import { toOperations } from '../receive/commit-operations.ts';
import { commitToRef, writeOperations } from '../receive/commit-to-ref.ts';
import { toHubError } from '../receive/refusal.ts';
import type { Repo } from '../repos/repo.ts';
import { requireRepo } from '../repos/require-repo.ts';
import { typePlurals } from './repos.ts';
import { requireContributor } from './require-contributor.ts';

/** Commits through the REST API: onto a branch, onto a pull request, or as a new pull request. */
export function routes(app: HubApp, ctx: HubContext): void {
  for (const [plural, type] of Object.entries(typePlurals)) perType(app, ctx, plural, type);
}

function perType(app: HubApp, ctx: HubContext, plural: string, type: RepoType): void {
  app.post(`/api/${plural}/:namespace/:name/commit/*`, async (c) => {
    const fullName = `${c.req.param('namespace')}/${c.req.param('name')}`;
    const repo = await requireRepo(ctx, c.var.actor, type, fullName, 'read');
    const ref = toRef(rawRest(c.req.raw, 5));
    const asPullRequest = queryOf(c.req.raw).flag('create_pr');
    const actor = await requireContributor(
      ctx,
      c.var.actor,
      repo,
      asPullRequest || ref.startsWith('refs/pr/'),
    );
    const commit = { repo, actor, ref, ...(await readCommit(ctx, repo, c.req.raw)) };
    const made = asPullRequest ? await propose(ctx, commit) : { oid: await commitToRef(ctx, commit) };
    return c.json(toWireAnswer(baseUrl(ctx, c.req.raw), repo, made));
  });
}

/** The ref a revision means when something is to be written to it. */
function toRef(rest: string): string {
  const revision = rest.split('/').map(decodeSegment).join('/');
  return /^refs\/(heads|pr)\//.test(revision) ? revision : `refs/heads/${revision}`;
}

interface ReadCommit {
  title: string;
  description: string;
  message: string;
  parent?: string;
  operations: ReturnType<typeof toOperations>;
}

/** Reads the header; the rest is read while the commit is written. */
async function readCommit(ctx: HubContext, repo: Repo, request: Request): Promise<ReadCommit> {
  const lines = linesOf(ctx, request);
  const first = await lines.next();
  if (first.done || first.value.key !== 'header') {
    throw new HubError(
      'invalid-input',
      'a commit begins with a line {"key": "header", "value": {"summary": …}}',
    );
  }
  const { summary, description, parentCommit } = first.value.value;
  if (typeof summary !== 'string' || summary.trim() === '')
    throw new HubError('invalid-input', '"summary" is missing');
  const parent = parentCommit ? parseParent(parentCommit) : undefined;
  const body = typeof description === 'string' ? description : '';
  const message = body.trim() === '' ? summary : `${summary}\n\n${body}`;
  return {
    title: summary,
    description: body,
    message,
    parent,
    operations: toOperations(ctx, repo.id, lines),
  };
}

function parseParent(parent: unknown): string {
  if (typeof parent === 'string' && /^[0-9a-f]{7,40}$/.test(parent)) return parent;
  throw new HubError('invalid-input', '"parentCommit" must be 7 to 40 hex digits of a commit');
}

function linesOf(ctx: HubContext, request: Request): AsyncGenerator<WireCommitLine> {
  if (/application\/json/i.test(request.headers.get('content-type') ?? '')) return linesOfJson(ctx, request);
  // Base64 takes four bytes for three; names and JSON around it are small.
  const line = Math.ceil(ctx.config.maxRegularFileMib * 2 ** 20 * 1.4) + 2 ** 16;
  return readCommitLines(request.body ?? emptyBody(), { line, total: ctx.config.maxCommitMib * 2 ** 20 });
}

async function* emptyBody(): AsyncGenerator<Uint8Array> {}

/** The same commit as one JSON object, as the Hub also takes it. */
async function* linesOfJson(ctx: HubContext, request: Request): AsyncGenerator<WireCommitLine> {
  const body = await readJsonObject(request, ctx.config.maxRequestMib);
  yield { key: 'header', value: body } as unknown as WireCommitLine;
  const kinds = {
    files: 'file',
    lfsFiles: 'lfsFile',
    deletedEntries: 'deletedEntry',
    deletedFiles: 'deletedFile',
  };
  for (const [list, key] of Object.entries(kinds)) {
    const values: unknown = body[list] ?? [];
    if (!Array.isArray(values)) throw new HubError('invalid-input', `"${list}" must be a list`);
    for (const value of values) yield { key, value: value ?? {} } as WireCommitLine;
  }
}

interface Proposal extends ReadCommit {
  repo: Repo;
  actor: Actor;
  /** The branch to merge into later. */
  ref: string;
}

async function propose(ctx: HubContext, proposal: Proposal): Promise<{ oid: string; num: number }> {
  const { repo, actor, ref } = proposal;
  const parent = await ctx.git.reader(repo.id).resolve(proposal.parent ?? ref);
  if (parent === null) throw new HubError('revision-not-found', `there is no ${proposal.parent ?? ref}`);
  const quarantine = await ctx.git.quarantine(repo.id);
  try {
    const oid = await writeOperations(ctx, quarantine, { ...proposal, parent });
    const { title, description } = proposal;
    const wanted = {
      repo,
      actor,
      title,
      description,
      baseRef: ref,
      head: oid,
      status: 'open' as const,
      quarantine,
    };
    const opened = await openPullRequest(ctx, wanted);
    if (!opened.ok) throw toHubError(opened.refused);
    return { oid, num: opened.num };
  } finally {
    quarantine.discard();
  }
}

function toWireAnswer(base: string, repo: Repo, made: { oid: string; num?: number }): WireCommitAnswer {
  const url = `${base}/${repoPath(repo.type, repo)}`;
  const pull = made.num === undefined ? {} : { pullRequestUrl: `${url}/discussions/${made.num}` };
  return {
    success: true,
    commitOid: made.oid,
    commitUrl: `${url}/commit/${made.oid}`,
    hookOutput: '',
    ...pull,
  };
}
