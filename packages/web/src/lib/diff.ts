/** One line of a change: its numbers before and after (absent on the other side) and its text without the sign. */
export interface DiffLine {
  kind: 'added' | 'removed' | 'same' | 'hunk' | 'note';
  before?: number;
  after?: number;
  text: string;
}

export interface FileDiff {
  path: string;
  /** The path before, when the file was renamed. */
  from?: string;
  status: 'added' | 'removed' | 'changed' | 'renamed';
  added: number;
  removed: number;
  lines: DiffLine[];
}

/** Reads git's unified diff text into files and lines. What it does not know becomes a note, never an error. */
export function parseDiff(text: string): FileDiff[] {
  const files: FileDiff[] = [];
  let at = { before: 0, after: 0, hunk: false };
  for (const line of text.replace(/\n$/, '').split('\n')) {
    if (line.startsWith('diff --git ')) {
      files.push(toFile(line));
      at = { before: 0, after: 0, hunk: false };
      continue;
    }
    const file = files.at(-1);
    if (!file) continue;
    const hunk = line.match(/^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/);
    if (hunk) {
      at = { before: Number(hunk[1]), after: Number(hunk[2]), hunk: true };
      file.lines.push({ kind: 'hunk', text: line });
    } else if (at.hunk) {
      readLine(file, line, at);
    } else {
      readHead(file, line);
    }
  }
  return files;
}

function readLine(file: FileDiff, line: string, at: { before: number; after: number }): void {
  const text = line.slice(1);
  if (line.startsWith('+')) {
    file.lines.push({ kind: 'added', after: at.after++, text });
    file.added += 1;
  } else if (line.startsWith('-')) {
    file.lines.push({ kind: 'removed', before: at.before++, text });
    file.removed += 1;
  } else if (line.startsWith('\\')) {
    file.lines.push({ kind: 'note', text: text.trim() });
  } else {
    file.lines.push({ kind: 'same', before: at.before++, after: at.after++, text });
  }
}

function readHead(file: FileDiff, line: string): void {
  if (line.startsWith('new file')) file.status = 'added';
  else if (line.startsWith('deleted file')) file.status = 'removed';
  else if (line.startsWith('rename from '))
    Object.assign(file, { status: 'renamed', from: unquote(line.slice(12)) });
  else if (line.startsWith('rename to ')) file.path = unquote(line.slice(10));
  else if (line.startsWith('+++ ') && line !== '+++ /dev/null')
    file.path = unquote(line.slice(4)).replace(/^b\//, '');
  else if (line.startsWith('Binary files')) file.lines.push({ kind: 'note', text: 'Binary file, not shown' });
}

function toFile(line: string): FileDiff {
  // `diff --git a/PATH b/PATH`: without a rename both halves are the same, so the middle is known by length.
  const names = line.slice('diff --git '.length);
  const half = names.slice((names.length + 1) / 2);
  return { path: unquote(half).replace(/^b\//, ''), status: 'changed', added: 0, removed: 0, lines: [] };
}

/** Git quotes names with unusual bytes as C strings, bytes above 127 in octal. */
function unquote(name: string): string {
  if (!name.startsWith('"')) return name.replace(/\t$/, '');
  const bytes: number[] = [];
  const inner = name.slice(1, -1);
  for (let i = 0; i < inner.length; i += 1) {
    const octal = inner.slice(i).match(/^\\([0-7]{3})/)?.[1];
    if (octal) {
      bytes.push(Number.parseInt(octal, 8));
      i += 3;
    } else {
      if (inner[i] === '\\') i += 1;
      bytes.push(...new TextEncoder().encode(inner[i] ?? ''));
    }
  }
  return new TextDecoder().decode(new Uint8Array(bytes));
}
