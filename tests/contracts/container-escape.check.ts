// What a hostile command tries in a container, each try shown to fail, against a live engine: `npm run check:containers`
// with podman or docker at hand. Not among the tests, as most machines have neither. The image is made of this machine's
// own tools; no registry is asked.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { createContainers } from '../../packages/hub/src/worker/sandbox/containers.ts';
import type { SandboxEnd, SandboxOrder } from '../../packages/hub/src/worker/sandbox/sandbox.ts';
import { makeImage } from '../support/container-image.ts';

const mib = 1024 * 1024;
const limits = { memory: 128 * mib, disk: 32 * mib, processes: 40, cpuSeconds: 30 };
const image = 'localhost/assay-escape:1';
const run = promisify(execFile);
const engine = await findEngine();
const sandbox = createContainers(engine);

let service: Server;
let folder: string;

async function findEngine(): Promise<'docker' | 'podman'> {
  for (const name of ['podman', 'docker'] as const)
    if (await run(name, ['info']).then(Boolean, () => false)) return name;
  throw new Error(
    'neither podman nor docker answers here; install one (Debian: apt install podman catatonit)',
  );
}

before(async () => {
  const problem = await makeImage(engine, image);
  assert.equal(problem, null);
  folder = await mkdtemp(join(tmpdir(), 'assay-escape-'));
  await run('chmod', ['755', folder]);
  await writeFile(join(folder, 'secret'), 'a file of the host');
  service = createServer((_asked, answer) => answer.end('a service of the host'));
  await new Promise<void>((resolve) => service.listen(0, '0.0.0.0', resolve));
});

after(async () => {
  service.close();
  await rm(folder, { recursive: true, force: true });
  await run(engine, ['rmi', '--force', image]);
});

const port = () => (service.address() as { port: number }).port;

async function begin(command: string[], more: Partial<SandboxOrder> = {}) {
  const lines: string[] = [];
  const id = randomUUID();
  const begun = await sandbox.start({
    id,
    image,
    command,
    environment: { JOB_ID: 'j' },
    mounts: [],
    limits,
    hubUrl: 'http://127.0.0.1:1',
    allowedHosts: [],
    line: (text) => lines.push(text),
    ...more,
  });
  return { id, run: begun, lines };
}

async function untilReady({ run: begun, lines }: Awaited<ReturnType<typeof begin>>): Promise<void> {
  let over = false;
  void begun.ended.then(() => {
    over = true;
  });
  while (!lines.includes('ready')) {
    assert.equal(over, false, lines.join('\n'));
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function inside(
  script: string,
  more: Partial<SandboxOrder> = {},
): Promise<SandboxEnd & { text: string }> {
  const begun = await begin(['sh', '-c', script], more);
  return { ...(await begun.run.ended), text: begun.lines.join('\n') };
}

const python = (program: string, more: Partial<SandboxOrder> = {}) =>
  begin(['python3', '-c', program], more).then(async (begun) => ({
    ...(await begun.run.ended),
    text: begun.lines.join('\n'),
  }));

test('a command runs, says what it says, reads its variables, and ends as it wants', async () => {
  const done = await inside('echo "$JOB_ID $ODD"; exit 7', { environment: { JOB_ID: 'j', ODD: 'a=b #"c"' } });
  assert.deepEqual([done.code, done.text], [7, 'j a=b #"c"']);
});

test('variables stay the job’s: they are in no argument and steer no client', async () => {
  const environment = {
    DOCKER_HOST: 'tcp://127.0.0.1:1',
    CONTAINER_HOST: 'tcp://127.0.0.1:1',
    PATH: '/usr/bin:/bin',
  };
  const begun = await begin(['sh', '-c', 'echo "$DOCKER_HOST $MARK"'], {
    environment: { ...environment, MARK: 'm4rk' },
  });
  const { stdout } = await run('sh', ['-c', 'cat /proc/[0-9]*/cmdline 2>/dev/null | tr "\\0" " "']);
  await begun.run.ended;
  assert.equal(begun.lines.join(), 'tcp://127.0.0.1:1 m4rk');
  assert.doesNotMatch(stdout, /m4rk/);
  await assert.rejects(begin(['true'], { environment: { KEY: 'one\ntwo' } }), { code: 'invalid-input' });
});

test('host files: none are seen, and nothing but the work folder can be written', async () => {
  const paths = [
    '/etc/shadow',
    '/root',
    '/home',
    '/var/lib',
    '/boot',
    '/dev/sda',
    '/dev/vda',
    '/dev/mem',
    '/dev/kmsg',
  ];
  for (const path of ['/dev/fuse', '/var/run/docker.sock', '/run/podman/podman.sock', join(folder, 'secret')])
    paths.push(path);
  const seen = await inside(paths.map((path) => `[ -e '${path}' ] && echo 'SEES ${path}'`).join('; '));
  assert.doesNotMatch(seen.text, /SEES/);
  const wrote = await inside(
    'for d in / /usr /usr/bin /etc /proc /proc/sys/kernel /sys /data; do touch "$d/mark" 2>/dev/null && echo "WROTE $d"; done; echo x > /proc/sys/kernel/core_pattern && echo WROTE; echo x > /proc/sysrq-trigger && echo WROTE; touch /work/mine && echo fine',
  );
  assert.doesNotMatch(wrote.text, /WROTE/);
  assert.match(wrote.text, /fine$/);
});

// Podman's own filter lets a program make user namespaces, docker's does not: docs/security.md.
test('rights: nobody, no capability, no new privileges, filtered calls, no mount', async () => {
  const { text } = await inside(
    'grep -E "^(CapEff|CapBnd|NoNewPrivs|Seccomp):" /proc/self/status; unshare -m true && echo GOT; mount -t tmpfs x /tmp && echo GOT; chroot / true && echo GOT; echo user $(id -u)',
  );
  assert.doesNotMatch(text, /GOT/);
  assert.match(text, /CapEff:\s+0+\n/);
  assert.match(text, /CapBnd:\s+0+\n/);
  assert.match(text, /NoNewPrivs:\s+1/);
  assert.match(text, /Seccomp:\s+2/);
  assert.match(text, /^user 65534$/m);
});

test('network: there is none, the host’s included', async () => {
  const { text } = await python(
    [
      'import socket',
      'def attempt(name,f):',
      '  try: f(); print("REACHED",name)',
      '  except Exception as e: print("no",name)',
      `attempt("loopback",lambda:socket.create_connection(("127.0.0.1",${port()}),2))`,
      'attempt("address",lambda:socket.create_connection(("1.1.1.1",80),2))',
      'attempt("metadata",lambda:socket.create_connection(("169.254.169.254",80),2))',
      'attempt("name",lambda:socket.getaddrinfo("pypi.org",443))',
      'attempt("udp",lambda:socket.socket(socket.AF_INET,socket.SOCK_DGRAM).sendto(b"x",("8.8.8.8",53)))',
      'attempt("raw",lambda:socket.socket(socket.AF_INET,socket.SOCK_RAW,1))',
      'attempt("packet",lambda:socket.socket(socket.AF_PACKET,socket.SOCK_RAW,3))',
      'print(sorted(name for _,name in socket.if_nameindex()))',
    ].join('\n'),
  );
  assert.doesNotMatch(text, /REACHED/);
  assert.match(text, /\['lo'\]$/);
});

test('other jobs: neither their processes, nor their files, nor their variables are seen', async () => {
  const victim = await begin(
    ['sh', '-c', 'echo mine > /work/mine; echo mine > /dev/shm/mine; echo ready; sleep 61.25'],
    {
      environment: { VICTIM_SECRET: 'variable-of-another' },
    },
  );
  try {
    await untilReady(victim);
    const { text } = await inside(
      'for f in /work/mine /dev/shm/mine; do [ -e $f ] && echo "SEES $f"; done; for p in /proc/[0-9]*; do tr "\\0" "\\n" < $p/environ 2>/dev/null | grep VICTIM; tr "\\0" " " < $p/cmdline; echo; done; true',
    );
    assert.doesNotMatch(text, /SEES \/|variable-of-another|sleep 61/);
  } finally {
    victim.run.kill();
    assert.notEqual((await victim.run.ended).code, 0);
  }
});

test('bombs of processes, memory, disk and time end or stop in their own container', async () => {
  const forks = await inside('i=0; while [ $i -lt 200 ]; do sleep 20 & i=$((i+1)); done; echo all');
  assert.match(forks.text, /[Cc]annot fork|Resource temporarily unavailable/);
  const memory = await python(
    'import os\nfor _ in range(8):\n  if os.fork()==0:\n    x=[bytearray(10**6) for _ in range(100)]\n    os._exit(0)\nbad=0\nfor _ in range(8): bad+=os.wait()[1]!=0\nprint(bad)',
  );
  assert.ok(memory.code !== 0 || Number(memory.text) > 0);
  const disk = await inside(
    'for f in /work/x /tmp/x /dev/shm/x; do dd if=/dev/zero of=$f bs=1M count=100 2>/dev/null; stat -c %s $f; done',
  );
  for (const size of disk.text.split('\n').map(Number)) assert.ok(size <= limits.disk / 2, String(size));
  const spinning = await inside('while :; do :; done', { limits: { ...limits, cpuSeconds: 1 } });
  assert.notEqual(spinning.code, 0);
  const files = await python('import resource\nprint(resource.getrlimit(resource.RLIMIT_NOFILE)[1])');
  assert.equal(files.text, '4096');
});

test('links lead nowhere, and mounted folders cannot be written', async () => {
  const { text } = await inside(
    `ln -s ${folder} /work/out; ln -s /proc/1/root /work/one; for l in /work/out/secret /work/one${folder}/secret; do cat $l 2>/dev/null && echo SEES; done; echo x > /data/secret && echo WROTE; rm /data/secret && echo WROTE; ln -s /etc/shadow /data/l && echo WROTE; cat /data/secret`,
    { mounts: [{ source: folder, path: '/data' }] },
  );
  assert.doesNotMatch(text, /SEES|WROTE/);
  assert.match(text, /a file of the host$/);
  assert.equal(await readFile(join(folder, 'secret'), 'utf8'), 'a file of the host');
});

test('a container that is ended takes all its processes along, and is gone', async () => {
  const mark = `9${Math.floor(Math.random() * 1e6)}`;
  const begun = await begin(['sh', '-c', `setsid sleep ${mark} & echo ready; sleep ${mark}`]);
  await untilReady(begun);
  begun.run.kill();
  await begun.run.ended;
  const left = async () => (await run(engine, ['ps', '--all', '--format', '{{.Names}}'])).stdout;
  while ((await left()).includes(begun.id)) await new Promise((resolve) => setTimeout(resolve, 50));
  const { stdout } = await run('sh', ['-c', 'cat /proc/[0-9]*/cmdline 2>/dev/null | tr "\\0" " "']);
  assert.doesNotMatch(stdout, new RegExp(`sleep ${mark}`));
});

test('an image that is not on the machine is fetched from nowhere', async () => {
  const strange = `127.0.0.1:${port()}/x/y:1`;
  let asked = 0;
  service.on('request', () => {
    asked += 1;
  });
  const begun = await begin(['true'], { image: strange });
  assert.notEqual((await begun.run.ended).code, 0);
  assert.equal(asked, 0);
});
