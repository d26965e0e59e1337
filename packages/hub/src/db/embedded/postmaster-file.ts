import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What a running server writes about itself into `postmaster.pid`. Source: PostgreSQL, src/include/utils/pidfile.h. */
export interface Postmaster {
  pid: number;
  port: number;
  socketDir: string;
  /** `starting`, `ready`, `stopping`, `standby`. */
  status: string;
}

/** Reads eight lines: pid, data folder, start time, port, socket folder, address, shared memory, status. */
function parsePostmasterFile(text: string): Postmaster | null {
  const lines = text.split('\n').map((line) => line.trim());
  const pid = Number(lines[0]);
  const port = Number(lines[3]);
  if (!Number.isInteger(pid) || pid <= 0 || !Number.isInteger(port)) return null;
  return { pid, port, socketDir: lines[4] ?? '', status: lines[7] ?? '' };
}

/** The postmaster that the cluster's folder names, or null. It may be dead: see `isAlive`. */
export async function readPostmasterFile(clusterDir: string): Promise<Postmaster | null> {
  try {
    return parsePostmasterFile(await readFile(join(clusterDir, 'postmaster.pid'), 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Whether the process exists and, where the system can tell, really is a PostgreSQL (pids are used again). */
export async function isAlive(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  if (process.platform !== 'linux') return true;
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return command.includes('postgres');
}
