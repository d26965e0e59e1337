/** Git's own object formats, read in process: a child per tree would cost more than everything around it. */

interface Person {
  name: string;
  email: string;
  /** When, in UTC; git's zone is not kept. */
  date: Date;
}

export interface CommitInfo {
  oid: string;
  tree: string;
  parents: string[];
  author: Person;
  committer: Person;
  /** First line of the message. */
  title: string;
  /** What follows the first line and the blank after it. */
  message: string;
}

export type EntryType = 'file' | 'directory' | 'symlink' | 'submodule';

export interface TreeRow {
  name: string;
  /** Octal as git writes it, six digits: 100644, 100755, 040000, 120000, 160000. */
  mode: string;
  type: EntryType;
  oid: string;
}

const typeOfMode: Record<string, EntryType> = { '04': 'directory', '12': 'symlink', '16': 'submodule' };

export function toTreeRows(bytes: Buffer): TreeRow[] {
  const rows: TreeRow[] = [];
  let at = 0;
  while (at < bytes.length) {
    const space = bytes.indexOf(0x20, at);
    const zero = bytes.indexOf(0, space);
    const mode = bytes.toString('latin1', at, space).padStart(6, '0');
    rows.push({
      name: bytes.toString('utf8', space + 1, zero),
      mode,
      type: typeOfMode[mode.slice(0, 2)] ?? 'file',
      oid: bytes.toString('hex', zero + 1, zero + 21),
    });
    at = zero + 21;
  }
  return rows;
}

export function toCommitInfo(oid: string, bytes: Buffer): CommitInfo {
  const text = bytes.toString('utf8');
  const split = text.indexOf('\n\n');
  const head = split < 0 ? text : text.slice(0, split);
  const body = split < 0 ? '' : text.slice(split + 2);
  const info: CommitInfo = {
    oid,
    tree: '',
    parents: [],
    author: nobody,
    committer: nobody,
    ...toMessage(body),
  };
  for (const line of head.split('\n')) {
    const space = line.indexOf(' ');
    const value = line.slice(space + 1);
    if (line.startsWith('tree ')) info.tree = value;
    else if (line.startsWith('parent ')) info.parents.push(value);
    else if (line.startsWith('author ')) info.author = toPerson(value);
    else if (line.startsWith('committer ')) info.committer = toPerson(value);
  }
  return info;
}

const nobody: Person = { name: '', email: '', date: new Date(0) };

function toPerson(text: string): Person {
  const match = /^(.*?) ?<([^>]*)> (-?\d+)/.exec(text);
  if (!match) return { ...nobody, name: text };
  return { name: match[1] ?? '', email: match[2] ?? '', date: new Date(Number(match[3]) * 1000) };
}

function toMessage(body: string): { title: string; message: string } {
  const end = body.indexOf('\n');
  if (end < 0) return { title: body, message: '' };
  return { title: body.slice(0, end), message: body.slice(end + 1).trim() };
}
