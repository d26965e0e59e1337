import type { Access } from '../auth/access.ts';
import type { Actor } from '../auth/actor.ts';
import type { Sql } from '../db/sql.ts';
import { isOid, isRefName, pullRequestOf } from '../git/ref-names.ts';
import type { RefUpdate } from '../git/ref-transaction.ts';
import type { Repo } from '../repos/repo.ts';
import { type Refusal, refuse } from './refusal.ts';

/** On a mirror, the first number of discussions begun here; those below are the origin's. */
export const firstLocalNumber = 1_000_001;

/** The branch a repo is read from. It cannot be deleted, and HEAD never leaves it. */
const defaultRef = 'refs/heads/main';

/** `redact`: an administrator takes a pull request's content away. `mirror`: the repo follows another hub's. */
export type Via = 'git' | 'commit' | 'merge' | 'create' | 'redact' | 'mirror';

export interface RefQuestion {
  repo: Repo;
  actor: Actor;
  access: Access;
  via: Via;
}

/** Whether a ref's name, and the actor's right to it, allow this update. Null when they do. */
export async function judgeRef(sql: Sql, question: RefQuestion, update: RefUpdate): Promise<Refusal | null> {
  const { ref } = update;
  const fault = nameFault(ref);
  if (fault) return refuse(ref, 'invalid-input', fault);
  const number = pullRequestOf(ref);
  if (question.via === 'mirror') return null;
  const { mirrorOf } = question.repo;
  if (mirrorOf !== null && question.via !== 'redact' && (number === null || number < firstLocalNumber))
    return refuse(ref, 'conflict', `follows ${mirrorOf} and changes there alone`);
  if (number !== null) return judgePullRequest(sql, question, update, number);
  if (!question.access.write) {
    return refuse(
      ref,
      'forbidden',
      `you may not write to ${question.repo.fullName}; open a pull request instead`,
    );
  }
  if (ref === defaultRef && update.new === null)
    return refuse(ref, 'forbidden', 'the default branch cannot be deleted');
  return null;
}

function nameFault(ref: string): string | null {
  if (!isRefName(ref)) return 'is not a valid name for a ref';
  if (pullRequestOf(ref) !== null) return null;
  if (ref.startsWith('refs/pr/')) return 'refs/pr/ takes the numbers of pull requests only';
  const name = /^refs\/(?:heads|tags)\/(.+)$/.exec(ref)?.[1];
  if (!name)
    return 'only branches (refs/heads/), tags (refs/tags/) and pull requests (refs/pr/) are kept here';
  if (name === 'HEAD' || name.startsWith('refs/')) return `"${name}" would be taken for another ref`;
  if (isOid(name)) return 'a name of 40 hex digits would be taken for a commit';
  return null;
}

async function judgePullRequest(
  sql: Sql,
  question: RefQuestion,
  update: RefUpdate,
  number: number,
): Promise<Refusal | null> {
  const { ref } = update;
  if (question.via === 'create') {
    return question.access.discuss ? null : refuse(ref, 'forbidden', 'you may not open pull requests here');
  }
  if (question.via === 'redact')
    return question.actor.isAdmin ? null : refuse(ref, 'forbidden', 'only administrators redact');
  const found = await sql.maybe<{ status: string; author_id: string | null }>(
    'SELECT status, author_id FROM record.discussions WHERE repo_id = $1 AND num = $2 AND is_pull_request',
    [question.repo.id, number],
  );
  if (!found) {
    return refuse(
      ref,
      'not-found',
      `there is no pull request ${number}; open one first, its ref then exists`,
    );
  }
  if (update.new === null)
    return refuse(ref, 'forbidden', 'the ref of a pull request is removed through the API only');
  const mayWrite =
    question.access.write || (question.access.discuss && found.author_id === question.actor.id);
  if (!mayWrite)
    return refuse(
      ref,
      'forbidden',
      `only its author and writers of the repo may change pull request ${number}`,
    );
  if (found.status === 'open' || found.status === 'draft') return null;
  return refuse(ref, 'conflict', `pull request ${number} is ${found.status}; reopen it or open another`);
}
