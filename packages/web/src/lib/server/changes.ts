import { type HubConnection, listTree, type RepoRef } from '@assay/client';
import type { WireTreeEntry } from '@assay/spec';
import { type FileDiff, parseDiff } from '#lib/diff.ts';
import { required, take } from './answers.ts';
import { askHub } from './ask-hub.ts';

/** Files of a commit that are compared by name when the hub gives no diff text. */
const MOST = 5000;

/** What a commit changed against its parent (null: the first commit): line by line where the hub can tell. */
export async function readChanges(
  hub: HubConnection,
  repo: RepoRef,
  parent: string | null,
  commit: string,
): Promise<FileDiff[]> {
  if (parent) {
    const diff = await readComparison(hub, repo, parent, commit);
    if (diff !== null) return parseDiff(diff);
  }
  const [before, after] = await Promise.all([
    parent ? readFiles(hub, repo, parent) : new Map(),
    readFiles(hub, repo, commit),
  ]);
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort();
  return paths.flatMap((path) => toChange(path, before.get(path), after.get(path)));
}

async function readComparison(
  hub: HubConnection,
  repo: RepoRef,
  from: string,
  to: string,
): Promise<string | null> {
  const answer = await askHub(hub, `/api/${repo.type}s/${repo.name}/compare/${from}..${to}?raw=1`);
  const text = answer.ok ? await answer.text() : null;
  return text?.startsWith('diff --git ') || text === '' ? text : null;
}

async function readFiles(
  hub: HubConnection,
  repo: RepoRef,
  revision: string,
): Promise<Map<string, WireTreeEntry>> {
  const { items } = await required(take(listTree(hub, repo, { revision, recursive: true }), MOST));
  return new Map(items.filter(({ type }) => type === 'file').map((entry) => [entry.path, entry]));
}

function toChange(
  path: string,
  before: WireTreeEntry | undefined,
  after: WireTreeEntry | undefined,
): FileDiff[] {
  if (before?.oid === after?.oid) return [];
  const status = before ? (after ? 'changed' : 'removed') : 'added';
  return [{ path, status, added: 0, removed: 0, lines: [] }];
}
