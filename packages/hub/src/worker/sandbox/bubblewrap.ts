import { type ChildProcess, spawn } from 'node:child_process';
import { lstat, readlink } from 'node:fs/promises';
import type { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { HubError } from '../../errors.ts';
import {
  descriptors,
  doorPort,
  type SystemFolder,
  systemFolders,
  toBubblewrapArguments,
} from './bubblewrap-arguments.ts';
import { type Cgroup, createCgroup } from './cgroup.ts';
import { openGate } from './gate.ts';
import type { ImageTable } from './images.ts';
import type { Sandbox, SandboxEnd, SandboxLimits, SandboxOrder, SandboxRun } from './sandbox.ts';
import { createSeccompFilter } from './seccomp-filter.ts';
import { splitLines } from './split-lines.ts';
import { createUids, type Uids } from './uids.ts';

/** Of util-linux, as setpriv and prlimit are. */
const enter = 'nsenter';
const doorProgram = fileURLToPath(new URL('./door.ts', import.meta.url));
const tools = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' };

/** Joins the groups whose files come before the word `run`, then becomes what comes behind it. */
const joinScript = 'while [ "$1" != run ]; do echo $$ > "$1" || exit 125; shift; done; shift; exec "$@"';

interface Hands {
  images: ImageTable;
  uids: Uids | null;
  folders: SystemFolder[];
  filter: Buffer | null;
}

/**
 * A sandbox of Linux namespaces by `bwrap`, for machines without a container engine. Run by root, each job has a user id
 * of its own outside; run by another user, all jobs have that user's.
 */
export async function createBubblewrap(options: { images: ImageTable; firstUid: number }): Promise<Sandbox> {
  const uids = process.getuid?.() === 0 ? createUids(options.firstUid) : null;
  const hands: Hands = {
    images: options.images,
    uids,
    folders: await findSystemFolders(),
    filter: createSeccompFilter(),
  };
  const probe = await createCgroup(`assay-probe-${process.pid}`, {
    memory: 1 << 26,
    disk: 0,
    processes: 16,
    cpuSeconds: 1,
  });
  await probe?.remove();
  return {
    name: 'bubblewrap',
    images: Object.keys(options.images),
    notes: [
      probe
        ? 'memory and processes are counted by cgroup'
        : 'no cgroups: memory is limited for each process alone',
      uids ? 'each job has a user id of its own' : 'all jobs have the user id of the worker',
      hands.filter ? 'system calls are filtered' : 'system calls are not filtered on this processor',
    ],
    start: (order) => start(hands, order),
    async close() {},
  };
}

async function findSystemFolders(): Promise<SystemFolder[]> {
  const folders: SystemFolder[] = [];
  for (const path of systemFolders) {
    const found = await lstat(path).catch(() => null);
    if (found?.isSymbolicLink()) folders.push({ path, link: await readlink(path) });
    else if (found?.isDirectory()) folders.push({ path });
  }
  return folders;
}

async function start(hands: Hands, order: SandboxOrder): Promise<SandboxRun> {
  const image = hands.images[order.image];
  if (!image) throw unknownImage(order.image, hands.images);
  const uid = hands.uids?.take() ?? null;
  const gate = await openGate(order.hubUrl, order.allowedHosts);
  const cgroup = await createCgroup(`assay-job-${order.id}`, order.limits);
  const child = spawnInside(order, { uid, cgroup });
  const release = async () => {
    await gate.close();
    await cgroup?.remove();
    if (uid !== null) hands.uids?.give(uid);
  };
  const system = { folders: hands.folders, hasSeccomp: hands.filter !== null };
  const args = toBubblewrapArguments(order, image, system);
  (child.stdio[descriptors.args] as unknown as Writable)
    .on('error', () => {})
    .end(args.map((one) => `${one}\0`).join(''));
  (child.stdio[descriptors.seccomp] as unknown as Writable).on('error', () => {}).end(hands.filter ?? '');
  const ended = waitFor(child, order, cgroup);
  const door = openDoor(child, gate.socketPath).catch((error: Error) => {
    order.line(`the way to the hub could not be opened: ${error.message}`);
    child.kill('SIGKILL');
    return null;
  });
  const endedAndReleased = async (): Promise<SandboxEnd> => {
    try {
      return await ended;
    } finally {
      (await door)?.kill('SIGKILL');
      await release();
    }
  };
  return {
    kill: () => void child.kill('SIGKILL'),
    ended: endedAndReleased(),
  };
}

function unknownImage(image: string, images: ImageTable): HubError {
  return new HubError('sandbox-missing', `this hub has no tools for the image "${image.slice(0, 100)}"`, {
    hint: `Images: ${Object.keys(images).join(', ')}. An administrator adds others in the file ASSAY_JOBS_IMAGES names.`,
  });
}

/** As root: joins the cgroup, then gives up root; then limits, then bubblewrap, in one process. */
function spawnInside(
  { limits, command }: SandboxOrder,
  { uid, cgroup }: { uid: number | null; cgroup: Cgroup | null },
): ChildProcess {
  const drop =
    uid === null ? [] : ['setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups', '--inh-caps=-all'];
  const args = [
    ...['-c', joinScript, 'sh', ...(cgroup?.joinFiles ?? []), 'run'],
    ...['prlimit', ...toProcessLimits(limits, cgroup !== null), '--', ...drop],
    ...['bwrap', '--args', String(descriptors.args), '--', ...command],
  ];
  const pipes = Array.from({ length: Object.keys(descriptors).length }, () => 'pipe' as const);
  return spawn('/bin/sh', args, { env: tools, cwd: '/', stdio: ['ignore', 'pipe', 'pipe', ...pipes] });
}

/** Limits that each process has for itself, and its user for all. Without a cgroup they are all there is. */
function toProcessLimits(limits: SandboxLimits, hasCgroup: boolean): string[] {
  return [
    '--core=0',
    `--cpu=${limits.cpuSeconds}`,
    `--nproc=${limits.processes}`,
    `--fsize=${limits.disk}`,
    '--nofile=4096',
    '--memlock=65536',
    ...(hasCgroup ? [] : [`--data=${limits.memory}`]),
  ];
}

/** Waits for the sandbox's network, opens the door in it, then lets the command begin. */
async function openDoor(child: ChildProcess, socketPath: string): Promise<ChildProcess | null> {
  const news = await text(child.stdio[descriptors.info] as unknown as Readable);
  const pid = (news.trim() === '' ? {} : (JSON.parse(news) as Record<string, unknown>))['child-pid'];
  if (typeof pid !== 'number') return null; // bwrap has said why on its stderr
  const asUser = process.getuid?.() === 0 ? [] : ['--user', '--preserve-credentials'];
  const args = [
    ...asUser,
    '--net',
    `--target=${pid}`,
    process.execPath,
    doorProgram,
    socketPath,
    String(doorPort),
  ];
  const door = spawn(enter, args, { env: tools, stdio: ['pipe', 'pipe', 'ignore'] });
  await new Promise<void>((resolve, reject) => {
    door.once('error', reject);
    door.once('close', (code) => reject(new Error(`nsenter ended with ${code}`)));
    door.stdout!.once('data', () => resolve());
  });
  (child.stdio[descriptors.begin] as unknown as Writable).on('error', () => {}).end('go');
  return door;
}

async function waitFor(child: ChildProcess, order: SandboxOrder, cgroup: Cgroup | null): Promise<SandboxEnd> {
  const said = Promise.all([splitLines(child.stdout!, order.line), splitLines(child.stderr!, order.line)]);
  const end = await new Promise<SandboxEnd>((resolve) => {
    child.once('error', (error) => resolve({ code: null, how: error.message }));
    child.once('exit', (code, signal) => resolve({ code, ...(signal ? { how: `signal ${signal}` } : {}) }));
  });
  await said.catch(() => {});
  const ranOut = await cgroup?.ranOut().catch(() => false);
  return ranOut ? { ...end, how: `it used more than ${order.limits.memory} bytes of memory` } : end;
}
