// What a hostile command tries, each try shown to fail. They run through the sandbox as workers use it; nothing is mocked.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { readyBubblewrap } from '../../../../../tests/support/sandbox.ts';
import { createBubblewrap } from './bubblewrap.ts';
import type { Sandbox, SandboxEnd, SandboxOrder, SandboxRun } from './sandbox.ts';

const mib = 1024 * 1024;
const limits = { memory: 128 * mib, disk: 32 * mib, processes: 40, cpuSeconds: 30 };
const missing = await readyBubblewrap();
const only = { skip: missing ?? false };

let sandbox: Sandbox;
let hub: Server;
let other: Server;
let folder: string;
const portOf = (server: Server) => (server.address() as { port: number }).port;
const listen = (server: Server) => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-escape-'));
  await chmod(folder, 0o755);
  await writeFile(join(folder, 'secret'), 'a file of the host', { mode: 0o644 });
  hub = createServer((asked, answer) => answer.end(`hub at ${asked.url}`));
  other = createServer((_asked, answer) => answer.end('another service of the host'));
  await listen(hub);
  await listen(other);
  if (missing === null)
    sandbox = await createBubblewrap({
      images: { host: { paths: [], path: [] }, tools: { paths: [folder], path: [folder] } },
      firstUid: 461_000,
    });
});

after(async () => {
  hub.close();
  other.close();
  await rm(folder, { recursive: true, force: true });
});

interface Outcome extends SandboxEnd {
  text: string;
}

async function begin(
  command: string[],
  more: Partial<SandboxOrder> = {},
): Promise<{ run: SandboxRun; lines: string[] }> {
  const lines: string[] = [];
  const run = await sandbox.start({
    id: randomUUID(),
    image: 'host',
    command,
    environment: { JOB_ID: 'j' },
    mounts: [],
    limits,
    hubUrl: `http://127.0.0.1:${portOf(hub)}`,
    allowedHosts: [],
    line: (text) => lines.push(text),
    ...more,
  });
  return { run, lines };
}

async function runInside(script: string, more: Partial<SandboxOrder> = {}): Promise<Outcome> {
  const { run, lines } = await begin(['sh', '-c', script], more);
  const end = await run.ended;
  return { ...end, text: lines.join('\n') };
}

async function runPython(program: string, more: Partial<SandboxOrder> = {}): Promise<Outcome> {
  const { run, lines } = await begin(['python3', '-c', program], more);
  const end = await run.ended;
  return { ...end, text: lines.join('\n') };
}

test('a command runs, says what it says, reads its variables and reaches the hub', only, async () => {
  const done = await runPython(
    'import os,sys,urllib.request\nprint(urllib.request.urlopen(os.environ["HF_ENDPOINT"]+"/x").read().decode())\nprint(os.environ["JOB_ID"]);sys.exit(7)',
  );
  assert.deepEqual([done.code, done.text], [7, 'hub at /x\nj']);
});

test(
  'host files: no home, no configuration, no data, no devices; nothing of the system can be written',
  only,
  async () => {
    const paths = [
      '/etc/passwd',
      '/etc/shadow',
      '/root',
      '/home',
      '/var',
      '/sys',
      '/run',
      '/boot',
      join(folder, 'secret'),
      process.cwd(),
    ];
    for (const path of [
      '/dev/sda',
      '/dev/vda',
      '/dev/mem',
      '/dev/kmsg',
      '/dev/fuse',
      '/host',
      '/oldroot',
      '/newroot',
    ])
      paths.push(path);
    const seen = await runInside(paths.map((path) => `[ -e '${path}' ] && echo 'SEES ${path}'`).join('; '));
    assert.doesNotMatch(seen.text, /SEES/);
    const wrote = await runInside(
      'for d in / /usr /usr/bin /bin /etc /dev /proc /proc/sys/kernel; do touch "$d/mark" 2>/dev/null && echo "WROTE $d"; done; echo x > /proc/sys/kernel/core_pattern && echo WROTE; echo x > /proc/sysrq-trigger && echo WROTE; true',
    );
    assert.doesNotMatch(wrote.text, /WROTE/);
  },
);

test('host files: pid 1 and the parent give no way to the old root', only, async () => {
  const tried = await runInside(
    `for p in /proc/[0-9]*; do for w in root cwd; do [ -e "$p/$w${join(folder, 'secret')}" ] && echo "SEES $p/$w"; done; ls "$p/fd" 2>/dev/null | while read f; do cat "$p/fd/$f${join(folder, 'secret')}" 2>/dev/null && echo SEES; done; done; true`,
  );
  assert.doesNotMatch(tried.text, /SEES/);
});

test('rights: no root, no capability, no new user namespace, no setuid program, no mount', only, async () => {
  const { text } = await runInside(
    'grep -E "^(CapEff|CapBnd|NoNewPrivs|Seccomp):" /proc/self/status; unshare -Ur true && echo GOT; unshare -m true && echo GOT; mount -t tmpfs x /tmp && echo GOT; chroot / true && echo GOT; setpriv --reuid=0 true && echo GOT; su -c true && echo GOT; id -u',
  );
  assert.doesNotMatch(text, /GOT/);
  assert.match(text, /CapEff:\s+0+\n/);
  assert.match(text, /CapBnd:\s+0+\n/);
  assert.match(text, /NoNewPrivs:\s+1/);
  assert.match(text, /Seccomp:\s+2/);
  assert.match(text, /1000$/);
});

test('system calls that have opened kernels before are refused', only, async () => {
  const { text } = await runPython(
    [
      'import ctypes,os,platform',
      'libc=ctypes.CDLL(None,use_errno=True)',
      // bpf, userfaultfd, io_uring_setup, keyctl, perf_event_open, ptrace
      'calls={"x86_64":[321,323,425,250,298,101],"aarch64":[280,282,425,219,241,117]}[platform.machine()]',
      'for nr in calls:',
      '  ctypes.set_errno(0); print(nr, libc.syscall(nr,0,0,0,0,0), ctypes.get_errno())',
    ].join('\n'),
  );
  const answers = text.split('\n').map((line) => line.split(' ').slice(1).join(' '));
  assert.deepEqual(
    answers,
    Array.from({ length: 6 }, () => '-1 1'),
  );
});

test(
  'network: neither the host’s loopback, nor another address, nor a name, nor a raw socket; the proxy opens the hub alone',
  only,
  async () => {
    const port = portOf(other);
    const { text } = await runPython(
      [
        'import socket,urllib.request,os',
        'def attempt(name,f):',
        '  try: f(); print("REACHED",name)',
        '  except Exception as e: print("no",name,type(e).__name__)',
        `attempt("loopback",lambda:socket.create_connection(("127.0.0.1",${port}),2))`,
        `attempt("hub beside the door",lambda:socket.create_connection(("127.0.0.1",${portOf(hub)}),2))`,
        'attempt("address",lambda:socket.create_connection(("1.1.1.1",80),2))',
        'attempt("metadata",lambda:socket.create_connection(("169.254.169.254",80),2))',
        `attempt("v6",lambda:socket.create_connection(("::1",${port}),2))`,
        'attempt("name",lambda:socket.getaddrinfo("pypi.org",443))',
        'attempt("udp",lambda:socket.socket(socket.AF_INET,socket.SOCK_DGRAM).sendto(b"x",("8.8.8.8",53)))',
        'attempt("raw",lambda:socket.socket(socket.AF_INET,socket.SOCK_RAW,1))',
        'attempt("packet",lambda:socket.socket(socket.AF_PACKET,socket.SOCK_RAW,3))',
        `attempt("proxy",lambda:urllib.request.build_opener(urllib.request.ProxyHandler({"http":os.environ["http_proxy"]})).open("http://localhost:${port}/",timeout=2))`,
        'def connect(to):',
        '  s=socket.create_connection(("127.0.0.1",3128),2); s.sendall(("CONNECT "+to+" HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n").encode())',
        '  assert b" 200 " in s.recv(100)',
        `attempt("tunnel",lambda:connect("127.0.0.1:${port}"))`,
        'attempt("tunnel out",lambda:connect("1.1.1.1:443"))',
      ].join('\n'),
    );
    assert.doesNotMatch(text, /REACHED/);
    assert.equal(text.split('\n').length, 12);
  },
);

test('network: abstract Unix sockets of the host are out of reach', only, async () => {
  const { createServer: createSocket } = await import('node:net');
  const name = `\0assay-${randomUUID()}`;
  const server = createSocket((socket) => socket.end('host'));
  await new Promise<void>((resolve) => server.listen(name, resolve));
  try {
    const { text } = await runPython(
      `import socket\ns=socket.socket(socket.AF_UNIX)\ntry: s.connect("\\0${name.slice(1)}"); print("REACHED")\nexcept OSError as e: print("no")`,
    );
    assert.equal(text, 'no');
  } finally {
    server.close();
  }
});

test(
  'other jobs: neither their processes, nor their folders, nor their variables are seen',
  only,
  async () => {
    const victim = await begin(
      [
        'sh',
        '-c',
        'echo mine > /work/mine; echo mine > /tmp/mine; echo mine > /dev/shm/mine; echo ready; sleep 61.25',
      ],
      {
        environment: { VICTIM_SECRET: 'variable-of-another' },
      },
    );
    try {
      while (!victim.lines.includes('ready')) await new Promise((resolve) => setTimeout(resolve, 20));
      const { text } = await runInside(
        'for f in /work/mine /tmp/mine /dev/shm/mine; do [ -e $f ] && echo "SEES $f"; done; for p in /proc/[0-9]*; do tr "\\0" "\\n" < $p/environ 2>/dev/null | grep VICTIM; tr "\\0" " " < $p/cmdline; echo; done; kill -9 -1 2>&1; true',
      );
      assert.doesNotMatch(text, /SEES \/|variable-of-another|sleep 61/);
      const again = await runInside('echo alive');
      assert.equal(again.text, 'alive');
      assert.equal(victim.lines.at(-1), 'ready');
    } finally {
      victim.run.kill();
      const end = await victim.run.ended;
      assert.equal(end.code === 0, false);
    }
  },
);

test('other jobs: each has a user id of its own on the host, which has nothing there', only, async (t) => {
  if (process.getuid?.() !== 0) return t.skip('only root gives each job a user id of its own');
  const [one, two] = await Promise.all([begin(['sleep', '60']), begin(['sleep', '60'])]);
  const uidsOf = async () => {
    const { readdir } = await import('node:fs/promises');
    const uids = new Set<number>();
    for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
      const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
      const uid = Number(/^Uid:\s+(\d+)/m.exec(status)?.[1]);
      if (/^Name:\s+sleep$/m.test(status) && uid >= 461_000 && uid < 461_100) uids.add(uid);
    }
    return uids;
  };
  let uids = await uidsOf();
  while (uids.size < 2) uids = await uidsOf();
  for (const { run } of [one, two]) {
    run.kill();
    await run.ended;
  }
  assert.equal(uids.size, 2);
  assert.equal((await uidsOf()).size, 0);
});

test('a fork bomb runs into its limit, ends with its job, and leaves no process', only, async () => {
  const begun = await begin([
    'sh',
    '-c',
    'b() { b | b & }; b; i=0; while [ $i -lt 200 ]; do sleep 30 & i=$((i+1)); done; wait',
  ]);
  const timer = setTimeout(() => begun.run.kill(), 5_000);
  const end = await begun.run.ended;
  clearTimeout(timer);
  assert.notEqual(end.code, 0);
  assert.match(begun.lines.join('\n'), /[Cc]annot fork|Resource temporarily unavailable/);
  assert.equal((await runInside('echo alive')).text, 'alive');
});

test('a memory bomb ends its own job', only, async () => {
  const done = await runPython('x=[]\nwhile True: x.append(bytearray(10**7))');
  assert.notEqual(done.code, 0);
  const many = await runPython(
    'import os\nfor _ in range(8):\n  if os.fork()==0:\n    x=[bytearray(10**6) for _ in range(100)]\n    os._exit(0)\nbad=0\nfor _ in range(8): bad+=os.wait()[1]!=0\nprint(bad)',
  );
  assert.ok(
    many.code !== 0 || sandbox.notes.some((note) => note.startsWith('no cgroups')) || Number(many.text) > 0,
  );
});

test('disk: the work folder, /tmp and shared memory are small, and files in them count', only, async () => {
  const { text } = await runInside(
    'for f in /work/x /tmp/x /dev/shm/x; do dd if=/dev/zero of=$f bs=1M count=100 2>/dev/null; stat -c %s $f; done',
  );
  for (const size of text.split('\n').map(Number)) assert.ok(size <= limits.disk / 2, String(size));
});

test('processor time and descriptors have limits', only, async () => {
  const spinning = await runInside('while :; do :; done', { limits: { ...limits, cpuSeconds: 1 } });
  assert.notEqual(spinning.code, 0);
  const { text } = await runPython(
    'import resource\nprint(resource.getrlimit(resource.RLIMIT_NOFILE)[1], resource.getrlimit(resource.RLIMIT_CORE)[1])',
  );
  assert.equal(text, '4096 0');
});

test('links out of the work folder lead nowhere, and mounted folders cannot be written', only, async () => {
  const { text } = await runInside(
    `ln -s / /work/root; ln -s ${folder} /work/out; ln -s /proc/1/root /work/one; for l in /work/root${folder}/secret /work/out/secret /work/one${folder}/secret; do cat $l 2>/dev/null && echo SEES; done; ln /usr/bin/env /work/hard && echo LINKED; echo x > /data/secret && echo WROTE; rm /data/secret && echo WROTE; ln -s /etc/shadow /data/l && echo WROTE; cat /data/secret`,
    { mounts: [{ source: folder, path: '/data' }] },
  );
  assert.doesNotMatch(text, /SEES|LINKED|WROTE/);
  assert.match(text, /a file of the host$/);
  assert.equal(await readFile(join(folder, 'secret'), 'utf8'), 'a file of the host');
});

test('the terminal of the worker is out of reach', only, async () => {
  const { text } = await runPython(
    'import fcntl,termios,os\ntry:\n  fd=os.open("/dev/tty",os.O_RDWR); fcntl.ioctl(fd,termios.TIOCSTI,b"x"); print("TYPED")\nexcept OSError: print("no")',
  );
  assert.equal(text, 'no');
});

test(
  'a job that is ended takes all its processes along, those that have left its session too',
  only,
  async () => {
    const mark = `9${Math.floor(Math.random() * 1e6)}`;
    const begun = await begin([
      'sh',
      '-c',
      `setsid sleep ${mark} & (setsid setsid sleep ${mark} &) ; echo ready; sleep ${mark}`,
    ]);
    while (!begun.lines.includes('ready')) await new Promise((resolve) => setTimeout(resolve, 20));
    begun.run.kill();
    await begun.run.ended;
    const { readdir } = await import('node:fs/promises');
    for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name)))
      assert.ok(!(await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).includes(mark));
  },
);

test(
  'an image has the tools that were mapped to it, read-only, and its folders first in PATH',
  only,
  async () => {
    await writeFile(join(folder, 'tool'), '#!/bin/sh\necho the tool', { mode: 0o755 });
    const { text } = await runInside(`tool; touch ${folder}/mark 2>/dev/null && echo WROTE; echo end`, {
      image: 'tools',
    });
    assert.equal(text, 'the tool\nend');
  },
);

test('an image that nobody mapped is refused', only, async () => {
  await assert.rejects(begin(['true'], { image: 'python:2.7' }), { code: 'sandbox-missing' });
});
