// The program of the launcher (git-launcher.ts): a small process that starts git for a large one. Listens on the unix
// socket its argument names; its environment is git's. Each call opens two connections, one for git's stdin and one for its
// stdout; each begins with a line of JSON that says to what it belongs. How git ended, and what it said on stderr, goes
// over the channel to the parent. Ends with the parent.
import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { dirname } from 'node:path';
import type { CallLine, CallOutcome, LauncherOrder } from './git-launcher.ts';

/** Bytes of stderr that are kept. */
const stderrLimit = 2 ** 16;

interface Call {
  line?: CallLine;
  input?: Socket;
  output?: Socket;
  child?: ChildProcess;
  killed?: NodeJS.Signals;
}

const [path = ''] = process.argv.slice(2);
const calls = new Map<string, Call>();

function callOf(id: string): Call {
  const call = calls.get(id) ?? {};
  calls.set(id, call);
  return call;
}

/** Reads the first line, leaves the rest in the stream. */
function readLine(socket: Socket, take: (line: CallLine) => void): void {
  let head = Buffer.alloc(0);
  const onReadable = (): void => {
    for (let chunk = socket.read() as Buffer | null; chunk; chunk = socket.read() as Buffer | null) {
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf(0x0a);
      if (end < 0) continue;
      socket.off('readable', onReadable);
      if (end + 1 < head.length) socket.unshift(head.subarray(end + 1));
      take(JSON.parse(head.toString('utf8', 0, end)) as CallLine);
      return;
    }
  };
  socket.on('readable', onReadable);
}

function begin(id: string, { line, input, output, killed }: Call): void {
  if (!line || !input || !output) return;
  const env = { ...process.env, ...line.env };
  const child = spawn('git', line.args, { cwd: line.dir, env, stdio: 'pipe' });
  callOf(id).child = child;
  const said: Buffer[] = [];
  let size = 0;
  let failure = '';
  child.on('error', (error) => {
    failure = error.message;
  });
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream.on('error', () => {});
  child.stderr.on('data', (chunk: Buffer) => {
    if (size < stderrLimit) said.push(chunk);
    size += chunk.length;
  });
  input.pipe(child.stdin);
  // A caller that goes away takes the pipe with it: git then meets a closed stdin or stdout, as a child of its own would.
  input.on('close', () => child.stdin.end());
  output.on('close', () => child.stdout.destroy());
  output.resume();
  child.stdout.pipe(output);
  child.on('close', (code) => {
    calls.delete(id);
    input.destroy();
    const stderr = failure || Buffer.concat(said).subarray(0, stderrLimit).toString();
    const outcome: CallOutcome = { id, code, stderr };
    if (process.connected) process.send!(outcome);
  });
  if (killed) child.kill(killed);
}

const server = createServer({ allowHalfOpen: true }, (socket) => {
  socket.on('error', () => {});
  readLine(socket, (line) => {
    const call = callOf(line.id);
    if (line.part === 'input') {
      call.line = line;
      call.input = socket;
    } else call.output = socket;
    begin(line.id, call);
  });
});
// The parent decides when this ends, also when a terminal's interrupt reaches both.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
process.on('disconnect', () => {
  // A parent that was killed leaves the folder to this process.
  rmSync(dirname(path), { recursive: true, force: true });
  process.exit();
});
process.on('message', ({ id, kill }: LauncherOrder) => {
  const call = calls.get(id);
  if (call?.child) call.child.kill(kill);
  else callOf(id).killed = kill;
});
server.listen(path, () => process.send!('ready'));
