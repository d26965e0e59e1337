import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toContainerArguments, toEnvironmentFile } from './container-arguments.ts';
import type { Sandbox, SandboxEnd, SandboxOrder, SandboxRun } from './sandbox.ts';
import { splitLines } from './split-lines.ts';

const clientPath = '/usr/local/bin:/usr/bin:/bin';

/** Commands in containers of docker or podman. They reach no network at all, the hub included. */
export function createContainers(engine: 'docker' | 'podman'): Sandbox {
  return {
    name: engine,
    images: null,
    notes: [
      'memory and processes are counted by the container engine',
      'containers have no network',
      'only images that are on this machine',
    ],
    start: (order) => start(engine, order),
    async close() {},
  };
}

async function start(engine: 'docker' | 'podman', order: SandboxOrder): Promise<SandboxRun> {
  const environment = toEnvironmentFile(order.environment);
  const folder = await mkdtemp(join(tmpdir(), 'assay-container-'));
  const file = join(folder, 'variables');
  await writeFile(file, environment, { mode: 0o600 });
  const child = spawn(engine, toContainerArguments(engine, order, file), {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: clientPath, HOME: '/' },
  });
  const ended = waitFor(child, order).finally(() => rm(folder, { recursive: true, force: true }));
  return { ended, kill: () => remove(engine, order.id) };
}

/** Ending the client would leave the container. */
function remove(engine: string, id: string): void {
  execFile(engine, ['rm', '--force', `assay-job-${id}`], () => {});
}

async function waitFor(child: ChildProcess, order: SandboxOrder): Promise<SandboxEnd> {
  const said = Promise.all([splitLines(child.stdout!, order.line), splitLines(child.stderr!, order.line)]);
  const end = await new Promise<SandboxEnd>((resolve) => {
    child.once('error', (error) => resolve({ code: null, how: error.message }));
    child.once('exit', (code, signal) => resolve({ code, ...(signal ? { how: `signal ${signal}` } : {}) }));
  });
  await said.catch(() => {});
  return end;
}
