const oidPattern = /^[0-9a-f]{40}$/;

/** What git writes where there is no commit: creation and deletion of refs. */
export const zeroOid = '0'.repeat(40);

export function isOid(text: string): boolean {
  return oidPattern.test(text);
}

/**
 * Whether git would accept this as (part of) a ref's name (git-check-ref-format). Everything a caller sends as a
 * revision passes here first, so none of git's revision syntax (`~`, `^`, `@{…}`, `:path`, `-option`) is reachable.
 */
export function isRefName(name: string): boolean {
  if (name === '' || name === '@' || Buffer.byteLength(name) > 200) return false;
  if (/[\u0000-\u0020\u007f~^:?*[\\]/.test(name) || name.includes('..') || name.includes('@{')) return false;
  if (name.includes('\ufffd')) return false; // bytes that were no UTF-8: several names would become one
  return name.split('/').every((part) => part !== '' && !/^[-.]|\.$|\.lock$/.test(part));
}

/** The number of the pull request whose ref this is, or null. */
export function pullRequestOf(ref: string): number | null {
  const match = /^refs\/pr\/([1-9]\d{0,8})$/.exec(ref);
  return match ? Number(match[1]) : null;
}
