import { execFileSync } from 'node:child_process';

/** What git itself prints in a bare repo, without the end of the last line: the other side of comparisons. */
export function plainGit(dir: string, args: string[], input = ''): string {
  const env = { PATH: process.env.PATH, HOME: '/nonexistent', GIT_DIR: dir };
  return execFileSync('git', args, { cwd: dir, env, input, stdio: ['pipe', 'pipe', 'ignore'] })
    .toString()
    .trim();
}

/** Whole numbers from 0 that look random and are the same in every run. */
export function createChance(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 16) % below;
  };
}
