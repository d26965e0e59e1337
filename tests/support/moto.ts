import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { readyEnvironment } from '../compat/python-clients.ts';

const MOTO = ['moto[s3]==5.2.5', 'flask==3.1.3', 'flask-cors==6.0.5'];

/** An S3 service of our own: moto's server, from the Python package index, on a port of its own, until the test ends. */
export async function startS3(t: Pick<TestContext, 'after'>): Promise<{ endpoint: string; log: string[] }> {
  const python = await readyEnvironment('moto-s3-5.2.5', [MOTO]);
  const child = spawn(python, ['-m', 'moto.server', '-H', '127.0.0.1', '-p', '0'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.after(async () => {
    child.kill('SIGKILL');
    await once(child, 'close');
  });
  child.stdout.resume();
  const log: string[] = [];
  const lines = createInterface({ input: child.stderr });
  const endpoint = await new Promise<string>((resolve, reject) => {
    lines.on('line', (line) => {
      log.push(line);
      const url = /Running on (http:\/\/127\.0\.0\.1:\d+)/.exec(line)?.[1];
      if (url) resolve(url);
    });
    child.once('close', (code) => reject(new Error(`moto ended with ${code}: ${log.slice(-3).join(' ')}`)));
  });
  return { endpoint, log };
}
