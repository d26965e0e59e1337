import { access, constants, mkdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SandboxLimits } from './sandbox.ts';

/** A group of processes that the kernel counts together. */
export interface Cgroup {
  /** Files to write a process id into, for it and its children to belong. */
  joinFiles: string[];
  /** Whether the kernel ended something for memory. */
  ranOut(): Promise<boolean>;
  /** Ends what is left in it and takes it away. */
  remove(): Promise<void>;
}

const root = '/sys/fs/cgroup';

/**
 * Makes a group with limits on memory and processes, by cgroups of version 2 or 1. Null where this process may make none
 * (in most containers, and without root): limits of each single process are all there is then.
 */
export async function createCgroup(name: string, limits: SandboxLimits): Promise<Cgroup | null> {
  const isV2 = await exists(join(root, 'cgroup.controllers'));
  try {
    return isV2 ? await createV2(name, limits) : await createV1(name, limits);
  } catch {
    return null;
  }
}

async function createV2(name: string, limits: SandboxLimits): Promise<Cgroup> {
  await writeFile(join(root, 'cgroup.subtree_control'), '+memory +pids');
  const dir = join(root, name);
  await mkdir(dir);
  try {
    await writeFile(join(dir, 'memory.max'), String(limits.memory));
    await writeFile(join(dir, 'memory.swap.max'), '0').catch(() => {});
    await writeFile(join(dir, 'pids.max'), String(limits.processes));
  } catch (error) {
    await rmdir(dir).catch(() => {});
    throw error;
  }
  return {
    joinFiles: [join(dir, 'cgroup.procs')],
    ranOut: async () => /^oom_kill [1-9]/m.test(await readFile(join(dir, 'memory.events'), 'utf8')),
    async remove() {
      await writeFile(join(dir, 'cgroup.kill'), '1').catch(() => {});
      await removeEmpty([dir]);
    },
  };
}

async function createV1(name: string, limits: SandboxLimits): Promise<Cgroup> {
  const dirs = { memory: join(root, 'memory', name), pids: join(root, 'pids', name) };
  const made: string[] = [];
  try {
    for (const dir of Object.values(dirs)) {
      await mkdir(dir);
      made.push(dir);
    }
    await writeFile(join(dirs.memory, 'memory.limit_in_bytes'), String(limits.memory));
    await writeFile(join(dirs.memory, 'memory.memsw.limit_in_bytes'), String(limits.memory)).catch(() => {});
    await writeFile(join(dirs.pids, 'pids.max'), String(limits.processes));
  } catch (error) {
    await removeEmpty(made);
    throw error;
  }
  return {
    joinFiles: Object.values(dirs).map((dir) => join(dir, 'cgroup.procs')),
    ranOut: async () =>
      /^oom_kill [1-9]/m.test(await readFile(join(dirs.memory, 'memory.oom_control'), 'utf8')),
    remove: () => removeEmpty(Object.values(dirs)),
  };
}

/** A group is removed once its last process is gone; killed ones take a moment. */
async function removeEmpty(dirs: string[]): Promise<void> {
  for (let attempt = 0; dirs.length > 0 && attempt < 100; attempt += 1) {
    for (const dir of dirs) {
      for (const pid of (await readFile(join(dir, 'cgroup.procs'), 'utf8').catch(() => '')).split('\n')) {
        if (pid !== '') tryKill(Number(pid));
      }
    }
    const left: string[] = [];
    for (const dir of dirs) {
      await rmdir(dir).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') left.push(dir);
      });
    }
    dirs = left;
    if (dirs.length > 0) await sleep(20);
  }
}

function tryKill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone already.
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path, constants.F_OK).then(
    () => true,
    () => false,
  );
}
