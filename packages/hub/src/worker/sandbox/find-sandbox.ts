import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { HubContext } from '../../context.ts';
import { createBubblewrap } from './bubblewrap.ts';
import { createContainers } from './containers.ts';
import { readImageTable } from './images.ts';
import type { Sandbox } from './sandbox.ts';

const run = promisify(execFile);
/** An engine that does not answer in this time is not there. Milliseconds. */
const patienceMs = 10_000;

/** What commands can run in on this machine; else why they cannot, in a sentence. */
export type FoundSandbox = { sandbox: Sandbox; problem: null } | { sandbox: null; problem: string };

/**
 * Looks for a sandbox, in the order in which they are preferred; each is tried, not only looked up.
 * @throws HubError `invalid-input` when the table of images is wrong
 */
export async function findSandbox({ config }: Pick<HubContext, 'config'>): Promise<FoundSandbox> {
  const { jobsSandbox: wanted, jobsUid: firstUid, jobsImages } = config;
  if (wanted === 'off') return { sandbox: null, problem: 'commands are turned off (ASSAY_JOBS_SANDBOX=off)' };
  const problems: string[] = [];
  for (const engine of ['docker', 'podman'] as const) {
    if (wanted !== 'auto' && wanted !== engine) continue;
    const problem = await tryOut(engine, ['info']);
    if (problem === null) return { sandbox: createContainers(engine), problem: null };
    problems.push(`${engine}: ${problem}`);
  }
  if (wanted === 'auto' || wanted === 'bubblewrap') {
    const problem = await tryBubblewrap();
    if (problem === null)
      return {
        sandbox: await createBubblewrap({ images: await readImageTable(jobsImages), firstUid }),
        problem: null,
      };
    problems.push(`bubblewrap: ${problem}`);
  }
  return { sandbox: null, problem: `no sandbox on this machine (${problems.join('; ')})` };
}

/** The namespaces that every job needs, asked of the kernel by a user who is nobody. */
async function tryBubblewrap(): Promise<string | null> {
  for (const tool of ['prlimit', 'setpriv', 'nsenter']) {
    const problem = await tryOut(tool, ['--version']);
    if (problem !== null) return `${tool} (package util-linux): ${problem}`;
  }
  const args = ['--unshare-user', '--unshare-all', '--disable-userns', '--ro-bind', '/', '/', 'true'];
  if (process.getuid?.() !== 0) return tryOut('bwrap', args);
  return tryOut('setpriv', ['--reuid=65534', '--regid=65534', '--clear-groups', 'bwrap', ...args]);
}

async function tryOut(command: string, args: string[]): Promise<string | null> {
  try {
    await run(command, args, { timeout: patienceMs });
    return null;
  } catch (error) {
    const { code, stderr } = error as { code?: unknown; stderr?: string };
    if (code === 'ENOENT') return 'not installed';
    const line = String(stderr ?? '')
      .trim()
      .split('\n')
      .at(-1);
    return line || `it ended with ${String(code)}`;
  }
}
