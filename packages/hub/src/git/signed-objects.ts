import { type Author, identityPart } from './commit-writer.ts';
import type { GitRunner } from './git-process.ts';

/** Who made a commit or a tag, when, and with which words. */
export interface Signature {
  author: Author;
  date: Date;
  message: string;
}

/** Makes a commit of a tree that is there already. */
export async function writeTreeCommit(
  runner: GitRunner,
  dir: string,
  commit: Signature & { tree: string; parents: string[] },
): Promise<string> {
  const env: Record<string, string> = {};
  for (const role of ['AUTHOR', 'COMMITTER']) {
    env[`GIT_${role}_NAME`] = identityPart(commit.author.name);
    env[`GIT_${role}_EMAIL`] = identityPart(commit.author.email);
    env[`GIT_${role}_DATE`] = `${secondsOf(commit.date)} +0000`;
  }
  const args = ['commit-tree', commit.tree, ...commit.parents.flatMap((parent) => ['-p', parent])];
  const { stdout } = await runner.run({ dir, args, env, input: commit.message });
  return stdout.toString().trim();
}

/** Makes an annotated tag; no ref names it yet. @param tag.name must be a valid ref name */
export async function writeTag(
  runner: GitRunner,
  dir: string,
  tag: Signature & { name: string; commit: string },
): Promise<string> {
  const tagger = `${identityPart(tag.author.name)} <${identityPart(tag.author.email)}> ${secondsOf(tag.date)} +0000`;
  const head = `object ${tag.commit}\ntype commit\ntag ${tag.name}\ntagger ${tagger}\n`;
  const { stdout } = await runner.run({ dir, args: ['mktag'], input: `${head}\n${tag.message}\n` });
  return stdout.toString().trim();
}

function secondsOf(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}
