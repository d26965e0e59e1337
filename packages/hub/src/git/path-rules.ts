/**
 * Which paths a repo may hold. Git refuses some itself (its fsck), but REST commits never pass fsck's checks, and
 * some of these only bite on other people's file systems: case-folding ones, NTFS, HFS+.
 */

/** Longest path, in UTF-8 bytes; Linux refuses longer ones at checkout. */
const maxPath = 4095;
/** Longest name of one file or folder, in UTF-8 bytes. */
const maxName = 255;

/** Characters HFS+ ignores when it compares names: `.g\u200cit` is `.git` there. */
const ignoredByHfs = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g;

/** Why this path is refused, in words that follow "the path"; null when it may stand. */
export function pathFault(path: string): string | null {
  if (path === '') return 'is empty';
  if (path.startsWith('/')) return 'is absolute';
  if (path.endsWith('/')) return 'ends in a slash';
  if (Buffer.byteLength(path) > maxPath) return `is longer than ${maxPath} bytes`;
  if (/[\u0000-\u001f\u007f]/.test(path)) return 'holds a control character';
  if (path.includes('\ufffd')) return 'is not valid UTF-8';
  for (const name of path.split('/')) {
    const fault = nameFault(name);
    if (fault) return fault;
  }
  return null;
}

function nameFault(name: string): string | null {
  if (name === '') return 'holds an empty folder name';
  if (name === '.' || name === '..') return `holds a "${name}" segment`;
  if (Buffer.byteLength(name) > maxName) return `holds a name longer than ${maxName} bytes`;
  if (isGitFolder(name)) return 'leads into a .git folder';
  return null;
}

function isGitFolder(name: string): boolean {
  const folded = name.replace(ignoredByHfs, '').toLowerCase();
  if (folded === '.git') return true;
  // NTFS drops trailing dots and spaces, cuts at a colon (streams), takes \ as a separator and knows .git as git~1.
  return folded.split('\\').some((part) => /^(\.git|git~\d+)[ .]*(:.*)?$/.test(part));
}
