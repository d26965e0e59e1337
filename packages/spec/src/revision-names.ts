/** True for a full commit id (sha-1; git's sha-256 repos are not used). */
export function isCommitId(text: string): boolean {
  return /^[0-9a-f]{40}$/.test(text);
}

/** True for what may abbreviate a commit id: 7 to 40 lowercase hex digits. */
export function isCommitPrefix(text: string): boolean {
  return /^[0-9a-f]{7,40}$/.test(text);
}

/**
 * Why a branch or tag name is not allowed, or null. The rules of `git check-ref-format`, and two of ours: no name that
 * reads as a commit id, and none below `refs/`, because revisions in URLs would become ambiguous.
 */
export function revisionNameProblem(name: string): string | null {
  if (name === '' || name.length > 200) return 'must have 1 to 200 characters';
  if (/[\u0000-\u0020\u007f~^:?*[\\]/.test(name))
    return 'may not hold spaces, control characters or any of ~ ^ : ? * [ \\';
  if (/\.\.|@\{|\/\/|^\/|\/$|\.$/.test(name) || name === '@') return 'is not a valid git ref name';
  if (name.startsWith('-')) return 'may not begin with "-"';
  if (name.split('/').some((part) => part.startsWith('.') || part.endsWith('.lock'))) {
    return 'may not hold a part that begins with "." or ends in ".lock"';
  }
  if (name === 'HEAD' || name === 'refs' || name.startsWith('refs/'))
    return 'may not be HEAD or begin with "refs/"';
  if (isCommitId(name)) return 'may not look like a commit id';
  return null;
}

/** The number of the pull request whose ref this is (`refs/pr/7` -> 7), or null. */
export function pullRequestOfRef(ref: string): number | null {
  const match = /^refs\/pr\/([1-9]\d{0,9})$/.exec(ref);
  return match ? Number(match[1]) : null;
}
