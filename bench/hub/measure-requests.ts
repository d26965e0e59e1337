import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startServer } from './hub-under-test.ts';

const run = promisify(execFile);
const program = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const connections = 16;

export interface Load {
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  /** Answers with another status than 200. */
  wrong: number;
}

export interface RequestRow {
  name: string;
  /** Results on the hub. */
  size: number;
  path: string;
  bytes: number;
  hub: Load;
  bare: Load;
  /** Requests a second, over those of the bare framework. */
  ratio: number;
}

/** Asks for one address of a hub, then for its bytes from the bare framework. */
export async function compareRequests(asked: {
  name: string;
  size: number;
  url: string;
  path: string;
  seconds: number;
  folder: string;
}): Promise<RequestRow> {
  const { name, size, url, path, seconds } = asked;
  const answer = await fetch(url + path);
  const body = Buffer.from(await answer.arrayBuffer());
  const file = join(asked.folder, 'bench-body');
  writeFileSync(file, body);
  const hub = await load(url, path, seconds);
  const bare = await startServer([
    program('./bare-process.ts'),
    file,
    answer.headers.get('content-type') ?? 'text/plain',
  ]);
  const beside = await load(bare.url, '/', seconds).finally(bare.stop);
  return { name, size, path, bytes: body.length, hub, bare: beside, ratio: hub.perSecond / beside.perSecond };
}

async function load(url: string, path: string, seconds: number): Promise<Load> {
  const args = [program('./load-process.ts'), url, path, String(connections), String(seconds)];
  return JSON.parse((await run(process.execPath, args)).stdout) as Load;
}
