import { type CatFile, createCatFile } from './cat-file.ts';
import type { GitRunner } from './git-process.ts';

export interface CatFilePool {
  /** The process that reads this repo; started when there is none. Ask again for every request: it may have gone. */
  of(dir: string): CatFile;
  /** Ends the process of one repo, before its folder goes away. */
  drop(dir: string): void;
  close(): void;
}

export interface PoolLimits {
  /** Processes kept at once; busy ones may exceed it for a moment. */
  processes: number;
  /** Milliseconds without a question after which a process ends. */
  idle: number;
  /** False: for one push or commit. Few questions then, and starting costs more than asking. */
  lasting: boolean;
}

/** No process lives longer: one of another hub may have mapped a pack that was redacted since. Milliseconds. */
const lifetime = 300_000;

/** A process holds about 5 MB and the packs it mapped: the busiest repos keep theirs, the quiet ones lose it. */
export function createCatFilePool(runner: GitRunner, limits: PoolLimits): CatFilePool {
  const open = new Map<string, { file: CatFile; usedAt: number; bornAt: number }>(); // in order of last use
  const drop = (dir: string) => {
    open.get(dir)?.file.close();
    open.delete(dir);
  };
  const shrink = (keep?: string) => {
    const now = Date.now();
    for (const [dir, { file, usedAt }] of open) {
      if (dir === keep) continue; // about to be asked
      const spare = open.size > limits.processes || now - usedAt > limits.idle;
      if (file.ended() || (spare && file.pending() === 0)) drop(dir);
    }
  };
  const timer = setInterval(() => shrink(), limits.idle / 2).unref();
  return {
    of(dir) {
      const now = Date.now();
      const old = open.get(dir);
      if (old && now - old.bornAt > lifetime && old.file.pending() === 0) drop(dir);
      const known = open.get(dir);
      const { file, bornAt } =
        known && !known.file.ended()
          ? known
          : { file: createCatFile(runner, dir, limits.lasting), bornAt: now };
      open.delete(dir);
      open.set(dir, { file, bornAt, usedAt: now });
      if (open.size > limits.processes) shrink(dir);
      return file;
    },
    drop,
    close() {
      clearInterval(timer);
      for (const dir of [...open.keys()]) drop(dir);
    },
  };
}
