import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { runVectors } from '../../scripts/vectors.ts';
import { startProgram } from '../support/assay.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';
import { inspectVersion, readyInspect } from './python-clients.ts';

/** Another seed makes other cases: `RANDOM_CASES=5000 RANDOM_SEED=7`. */
const COUNT = Number(process.env.RANDOM_CASES ?? 1500);
const SEED = Number(process.env.RANDOM_SEED ?? 20);

test(`${COUNT} random answers, targets, judges and templates (seed ${SEED}) are judged as inspect_ai ${inspectVersion} judges them`, async (t) => {
  const python = await readyInspect();
  if (!python.startsWith('/')) return t.skip(python);
  const folder = await createTemporaryFolder(t);
  const path = join(folder, 'cases.json');
  const script = fileURLToPath(new URL('random_cases.py', import.meta.url));
  const made = await startProgram(python, [script, String(SEED), String(COUNT), path]).finished;
  assert.equal(made.code, 0, made.stderr.slice(-2000));
  const said: string[] = [];
  const tally = await runVectors(folder, (line) => said.push(line));
  assert.deepEqual(
    { passed: tally.passed, failed: tally.failed },
    { passed: COUNT, failed: 0 },
    said.join('\n'),
  );

  // The comparison itself can fail: one verdict turned round is found.
  const file = JSON.parse(await readFile(path, 'utf8')) as { cases: { expected: { value?: unknown } }[] };
  const right = file.cases.find((one) => one.expected.value === 'C')!;
  right.expected.value = 'I';
  await writeFile(path, JSON.stringify(file));
  assert.equal((await runVectors(folder, () => undefined)).failed, 1);
});
