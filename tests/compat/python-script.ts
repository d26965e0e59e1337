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
  /** Who asks; the administrator when left out. */
  token?: string;
  /** Whether large files go by Xet, as the clients do on their own; otherwise they go by LFS. */
  xet?: boolean;
}

/** The variables that point the Hub's Python clients at a hub, and at nothing of the machine's owner. */
export function clientEnvironment(place: ScriptPlace): Record<string, string> {
  return {
    HF_ENDPOINT: place.hub.url,
    HF_TOKEN: place.token ?? place.hub.token,
    HF_HOME: join(place.home, 'hf'),
    HF_HUB_DISABLE_TELEMETRY: '1',
    HF_HUB_DISABLE_PROGRESS_BARS: '1',
    HF_HUB_DISABLE_UPDATE_CHECK: '1',
    HF_HUB_DISABLE_XET: place.xet ? '0' : '1',
  };
}

/** Runs one of the scripts of this folder against a hub; gives the JSON that it prints last. */
export async function runPythonScript<T>(place: ScriptPlace, name: string, args: string[]): Promise<T> {
  const script = fileURLToPath(new URL(name, import.meta.url));
  const done = await startProgram(place.python, [script, ...args], {
    cwd: place.home,
    env: clientEnvironment(place),
  }).finished;
  assert.equal(done.code, 0, `${name}\n${done.stderr.slice(-4000)}`);
  return JSON.parse(done.stdout.trim().split('\n').at(-1)!) as T;
}
