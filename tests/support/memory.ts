import { readFile, writeFile } from 'node:fs/promises';

/** Starts a new measurement of how much memory a process of this machine holds at most; the answer tells it, in MiB. */
export async function watchMemory(pid: number): Promise<{ before: number; peak(): Promise<number> }> {
  // Linux: 5 sets the high-water mark back to what is held now.
  await writeFile(`/proc/${pid}/clear_refs`, '5');
  return { before: await read(pid, 'VmRSS'), peak: () => read(pid, 'VmHWM') };
}

async function read(pid: number, field: string): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const kib = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1];
  if (kib === undefined) throw new Error(`/proc/${pid}/status says no ${field}`);
  return Number(kib) / 1024;
}
