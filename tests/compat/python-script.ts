import assert from 'node:assert/strict';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startProgram } from '../support/assay.ts';
import type { TestHub } from '../support/hub.ts';

export interface ScriptPlace {
  /** A Python that has the clients. */
  python: string;
  hub: TestHub;
  /** Empty at the start: the clients' caches go there. */
  home: string;
}

/** Runs one of the scripts of this folder against a hub; gives the JSON that it prints last. */
export async function runPythonScript<T>(place: ScriptPlace, name: string, args: string[]): Promise<T> {
  const script = fileURLToPath(new URL(name, import.meta.url));
  const done = await startProgram(place.python, [script, ...args], {
    cwd: place.home,
    env: {
      HF_ENDPOINT: place.hub.url,
      HF_TOKEN: place.hub.token,
      HF_HOME: join(place.home, 'hf'),
      HF_HUB_DISABLE_TELEMETRY: '1',
      // Large files go by LFS in this test; the clients' other transfer has tests of its own.
      HF_HUB_DISABLE_XET: '1',
    },
  }).finished;
  assert.equal(done.code, 0, `${name}\n${done.stderr.slice(-4000)}`);
  return JSON.parse(done.stdout.trim().split('\n').at(-1)!) as T;
}
