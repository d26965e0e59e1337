import { execFile, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createRepo, type HubConnection, readModelResults } from '@assay/client';

const run = promisify(execFile);
const env = {
  PATH: process.env.PATH,
  HOME: '/nonexistent',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0',
  GIT_AUTHOR_NAME: 'Bench',
  GIT_AUTHOR_EMAIL: 'bench@example.test',
  GIT_COMMITTER_NAME: 'Bench',
  GIT_COMMITTER_EMAIL: 'bench@example.test',
};

export interface PushTimes {
  p50Ms: number;
  p90Ms: number;
}

/**
 * Pushes one result file after the other to a hub, until the result is seen, and the same commits to a bare repo behind
 * `git http-backend`, in turns, so that both meet the machine in the same state.
 */
export async function measurePushes(
  hub: HubConnection,
  folder: string,
  times: number,
): Promise<{ hub: PushTimes; plain: PushTimes }> {
  mkdirSync(join(folder, 'bare.git'), { recursive: true });
  await run('git', ['init', '--quiet', '--bare', '.'], { cwd: join(folder, 'bare.git'), env });
  await run('git', ['config', 'http.receivepack', 'true'], { cwd: join(folder, 'bare.git'), env });
  const plain = await serveBare(folder);
  await createRepo(hub, { type: 'model', name: 'makers/pushed' });
  const work = join(folder, 'work');
  const remote = `${hub.endpoint.replace('://', `://user:${hub.token}@`)}/makers/pushed`;
  await run('git', ['clone', '--quiet', remote, work], { env });
  mkdirSync(join(work, '.eval_results'));
  const git = (...args: string[]) => run('git', args, { cwd: work, env });
  const [toHub, toPlain]: [number[], number[]] = [[], []];
  try {
    for (let at = 0; at < times; at += 1) {
      const entry = `- dataset: {id: sums-org/bench-1, task_id: sums}\n  value: 0.5\n  notes: Variant ${at}\n`;
      writeFileSync(join(work, '.eval_results', `run-${at}.yaml`), entry);
      await git('add', '--all');
      await git('commit', '--quiet', '--message', `Run ${at}`);
      let begin = performance.now();
      await git('push', '--quiet', 'origin', 'HEAD:refs/heads/main');
      const { results } = await readModelResults(hub, 'makers/pushed');
      toHub.push(performance.now() - begin);
      if (results.length !== at + 1) throw new Error(`push ${at} is not visible`);
      begin = performance.now();
      await git('push', '--quiet', plain.url, 'HEAD:refs/heads/main');
      toPlain.push(performance.now() - begin);
    }
  } finally {
    await plain.close();
  }
  return { hub: toTimes(toHub), plain: toTimes(toPlain) };
}

function toTimes(ms: number[]): PushTimes {
  const sorted = ms.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(sorted.length * share)]!;
  return { p50Ms: at(0.5), p90Ms: at(0.9) };
}

/** git's own server side, as a CGI program behind a few lines of HTTP. */
async function serveBare(folder: string): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => void runBackend(folder, request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/bare.git`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

async function runBackend(folder: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(`http://bench${request.url}`);
  const child = spawn('git', ['http-backend'], {
    env: {
      ...env,
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: '1',
      REMOTE_USER: 'bench',
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  request.pipe(child.stdin);
  const chunks: Buffer[] = [];
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) chunks.push(chunk);
  const answer = Buffer.concat(chunks);
  const end = answer.indexOf('\r\n\r\n');
  for (const line of answer.toString('latin1', 0, end).split('\r\n')) {
    const [name = '', value = ''] = line.split(/: (.*)/);
    if (name === 'Status') response.statusCode = Number.parseInt(value, 10);
    else response.setHeader(name, value);
  }
  response.end(answer.subarray(end + 4));
}
