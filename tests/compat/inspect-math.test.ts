import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { assayTemplates } from '../../packages/engine/src/semantics/prompts.ts';
import type { VectorCase } from '../../scripts/vectors/case-file.ts';
import { differences } from '../../scripts/vectors/differences.ts';
import { runScorerCase } from '../../scripts/vectors/scorer-case.ts';
import { VectorTemplates } from '../../scripts/vectors/templates.ts';
import { startProgram } from '../support/assay.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';
import { inspectVersion, readyInspect } from './python-clients.ts';

/** Another seed makes other cases: `RANDOM_MATH=900 RANDOM_SEED=7`. */
const COUNT = Number(process.env.RANDOM_MATH ?? 120);
const SEED = Number(process.env.RANDOM_SEED ?? 20);

interface MathCase extends VectorCase {
  expected: { error?: string; value?: unknown; status?: string };
}

test(`${COUNT} random mathematical answers (seed ${SEED}): decided as inspect_ai ${inspectVersion} decides them, or not at all`, async (t) => {
  const python = await readyInspect();
  if (!python.startsWith('/')) return t.skip(python);
  const path = join(await createTemporaryFolder(t), 'cases.json');
  const script = fileURLToPath(new URL('random_math.py', import.meta.url));
  const args = ['-W', 'ignore', script, String(SEED), String(COUNT), path];
  const made = await startProgram(python, args).finished;
  assert.equal(made.code, 0, made.stderr.slice(-2000));
  const { cases } = JSON.parse(await readFile(path, 'utf8')) as { cases: MathCase[] };
  const templates = new VectorTemplates(assayTemplates, false);
  const wrong: string[] = [];
  const verdicts = new Map<unknown, number>();
  for (const one of cases) {
    const ours = (await runScorerCase(one, templates)) as { status?: string; value?: unknown };
    verdicts.set(ours.status, (verdicts.get(ours.status) ?? 0) + 1);
    const reasons = deviations(one, ours);
    if (reasons.length > 0) wrong.push(`${one.id} ${JSON.stringify(one.input)}: ${reasons.join('; ')}`);
  }
  assert.deepEqual(wrong, []);
  // Not by leaving everything undecided.
  const undecided = verdicts.get('undecidable') ?? 0;
  assert.ok(undecided < cases.length / 4, `${undecided} of ${cases.length} were not decided`);
  assert.ok(verdicts.get('correct')! > COUNT / 5 && verdicts.get('incorrect')! > COUNT / 5, 'both are there');
});

/** Where a verdict is another than Inspect's. What is not decided is no verdict; what Inspect fails at has none. */
function deviations(one: MathCase, ours: { status?: string; value?: unknown }): string[] {
  if (ours.status === 'undecidable') return [];
  const { error, value, status } = one.expected;
  if (error !== undefined)
    return ours.status === 'incorrect' ? [`incorrect, where Inspect raises ${error}`] : [];
  return differences(ours, { value, status });
}
