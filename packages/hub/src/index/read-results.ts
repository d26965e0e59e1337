import { isResultFile, parseEvalResults, type ResultEntry, resultId } from '@assay/spec';
import type { CommitInfo } from '../git/objects.ts';
import type { GitReader } from '../git/reader.ts';
import type { InvalidRow } from './facts.ts';
import { type ResultRow, toResultRow } from './result-row.ts';

const folder = '.eval_results';

/** A place whose results are to be read: main, or one pull request. */
export interface Scope {
  repoId: string;
  /** 0: main; N: pull request N. */
  number: number;
  standing: ResultRow['standing'];
  head: string;
  /** Commit whose entries are not this place's own: a pull request's merge base. Null: everything at `head` is. */
  base: string | null;
}

export interface ScopeRows {
  results: ResultRow[];
  invalid: InvalidRow[];
}

/** What was read at an earlier head of the same scope with the same base. */
export interface Earlier {
  head: string;
  rows: ScopeRows;
}

/**
 * The results of one place. With `earlier`, and one commit on top of it, only files that this commit changed are
 * opened, and the rows of the others are the very objects that were handed in: that is the common push. Otherwise git
 * is asked for the last change of every file.
 */
export async function readResults(git: GitReader, scope: Scope, earlier?: Earlier): Promise<ScopeRows> {
  const rows: ScopeRows = { results: [], invalid: [] };
  const files = await resultFilesAt(git, scope.head);
  if (files.size === 0) return rows;
  const base = scope.base === null ? new Map<string, string>() : await resultFilesAt(git, scope.base);
  const own = [...files].filter(([filename, oid]) => base.get(filename) !== oid);
  const known = await knownFrom(git, scope, earlier);
  const fresh: [string, string][] = [];
  for (const [filename, oid] of own) {
    if (known && known.files.get(filename) === oid) keep(known.rows, filename, scope, rows);
    else fresh.push([filename, oid]);
  }
  const commits = known
    ? new Map(fresh.map(([filename]) => [filename, known.commit]))
    : await lastChanges(
        git,
        scope.head,
        fresh.map(([filename]) => filename),
      );
  for (const [filename, oid] of fresh) {
    const commit = commits.get(filename) ?? (await git.commit(scope.head));
    await readFile(git, { scope, filename, oid, baseOid: base.get(filename), commit }, rows);
  }
  return rows;
}

/** Path -> blob oid of the result files of a commit. */
async function resultFilesAt(git: GitReader, commit: string): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  const entry = await git.entry(commit, folder);
  if (entry?.type !== 'directory') return files;
  for await (const { path, type, oid } of git.entries(commit, folder, { recursive: false })) {
    if (type === 'file' && isResultFile(path)) files.set(path, oid);
  }
  return files;
}

interface Known {
  commit: CommitInfo;
  files: Map<string, string>;
  rows: ScopeRows;
}

async function knownFrom(git: GitReader, scope: Scope, earlier?: Earlier): Promise<Known | null> {
  if (!earlier) return null;
  const commit = await git.commit(scope.head);
  if (earlier.head !== scope.head && (commit.parents.length !== 1 || commit.parents[0] !== earlier.head))
    return null;
  return { commit, files: await resultFilesAt(git, earlier.head), rows: earlier.rows };
}

function keep(from: ScopeRows, filename: string, scope: Scope, into: ScopeRows): void {
  const { standing } = scope;
  const rows = from.results.filter((row) => row.filename === filename);
  // A row that stays as it is stays the same object: so it is known not to need writing.
  into.results.push(...rows.map((row) => (row.standing === standing ? row : { ...row, standing })));
  into.invalid.push(...from.invalid.filter((row) => row.filename === filename));
}

async function lastChanges(
  git: GitReader,
  head: string,
  filenames: string[],
): Promise<Map<string, CommitInfo>> {
  if (filenames.length === 0) return new Map();
  const names = filenames.map((filename) => filename.slice(folder.length + 1));
  const oids = await git.lastChangesIn(head, folder, names);
  const commits = await Promise.all([...new Set(oids.values())].map((oid) => git.commit(oid)));
  const byOid = new Map(commits.map((commit) => [commit.oid, commit]));
  return new Map([...oids].map(([name, oid]) => [`${folder}/${name}`, byOid.get(oid)!]));
}

interface FileAt {
  scope: Scope;
  filename: string;
  oid: string;
  baseOid: string | undefined;
  commit: CommitInfo;
}

async function readFile(git: GitReader, file: FileAt, into: ScopeRows): Promise<void> {
  const { scope, filename, commit } = file;
  const parsed = parseEvalResults((await git.blob(file.oid)).toString('utf8'));
  if (!parsed.ok) {
    into.invalid.push({ repo_id: scope.repoId, scope: scope.number, filename, issues: parsed.issues });
    return;
  }
  const inBase = await idsAt(git, file);
  for (const [position, entry] of parsed.value.entries()) {
    if (inBase.size > 0 && inBase.has(idOf(file, entry))) continue;
    const { repoId, number, standing } = scope;
    into.results.push(toResultRow(entry, { repoId, scope: number, standing, filename, position, commit }));
  }
}

async function idsAt(git: GitReader, file: FileAt): Promise<Set<string>> {
  if (!file.baseOid) return new Set();
  const parsed = parseEvalResults((await git.blob(file.baseOid)).toString('utf8'));
  return new Set(parsed.ok ? parsed.value.map((entry) => idOf(file, entry)) : []);
}

function idOf(file: FileAt, entry: ResultEntry): string {
  return resultId(file.scope.repoId, file.filename, entry);
}
