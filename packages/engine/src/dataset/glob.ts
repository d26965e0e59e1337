/**
 * A path pattern as the `datasets` library reads it: `*` within a name, `**` across folders, `?`, `[…]`.
 * Hidden files and folders, and folders that begin with two underscores, must be named by the pattern.
 */
export function matchGlob(pattern: string, path: string): boolean {
  return toRegExp(pattern).test(path) && hiddenParts(path) === hiddenParts(pattern);
}

const compiled = new Map<string, RegExp>();

function toRegExp(pattern: string): RegExp {
  let regexp = compiled.get(pattern);
  if (!regexp) {
    regexp = new RegExp(`^${toSource(pattern.replace(/^\.\//, ''))}$`, 'u');
    compiled.set(pattern, regexp);
  }
  return regexp;
}

function toSource(pattern: string): string {
  let source = '';
  for (let at = 0; at < pattern.length; at++) {
    const rest = pattern.slice(at);
    const set = /^\[(!?)([^\]]+)\]/.exec(rest);
    if (rest.startsWith('**/')) {
      source += '(?:.*/)?';
      at += 2;
    } else if (rest.startsWith('**')) {
      source += '.*';
      at += 1;
    } else if (set) {
      const inner = set[2]!.replaceAll(
        /[\\\][^&~|!#$%*+,.:;<=>?@`{}()/'"]/gu,
        (char) => `\\u{${char.codePointAt(0)!.toString(16)}}`,
      );
      source += `[${set[1] ? '^' : ''}${inner}]`;
      at += set[0].length - 1;
    } else if (rest[0] === '*') source += '[^/]*';
    else if (rest[0] === '?') source += '[^/]';
    else source += rest[0]!.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');
  }
  return source;
}

function hiddenParts(path: string): number {
  const parts = path.split('/');
  const folders = parts.slice(0, -1).filter((part) => part.startsWith('__'));
  return folders.length + parts.filter((part) => /^\.[^.]/.test(part)).length;
}
