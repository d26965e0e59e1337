import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { toContainerArguments } from './container-arguments.ts';
import type { Sandbox, SandboxEnd, SandboxOrder, SandboxRun } from './sandbox.ts';
import { splitLines } from './split-lines.ts';

/** Commands in containers of docker or podman. They reach no network at all, the hub included. */
export function createContainers(engine: 'docker' | 'podman'): Sandbox {
  return {
    name: engine,
    images: null,
    notes: ['memory and processes are counted by the container engine', 'containers have no network'],
    start: async (order) => start(engine, order),
    async close() {},
  };
}

function start(engine: string, order: SandboxOrder): SandboxRun {
  const child = spawn(engine, toContainerArguments(order), {
    stdio: ['ignore', 'pipe', 'pipe'],
    // Values go through the environment of the client, so that no process list shows them.
    env: { ...order.environment, PATH: '/usr/local/bin:/usr/bin:/bin', HOME: '/' },
  });
  return { ended: waitFor(child, order), kill: () => remove(engine, order.id) };
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
