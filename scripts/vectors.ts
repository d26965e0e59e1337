/**
 * Runs recorded cases of the real Inspect AI against this engine: `node scripts/vectors.ts DIR`.
 *
 * Every case file of the known form in the folder is run; each deviation is printed as `FAIL id: reason`, and the
 * last line counts. Deviations on purpose are named, with the reason, in docs/design/inspect-parity.md and counted
 * apart. Exits 1 when there are others, or when the folder holds no case file.
 */

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parsePythonJson } from '../packages/engine/src/semantics/python/json.ts';
import { type CaseFile, type CaseKind, isCaseFile, type VectorCase } from './vectors/case-file.ts';
import { readDeviations } from './vectors/deviations.ts';
import { differences } from './vectors/differences.ts';
import { runEndToEndCase } from './vectors/end-to-end-case.ts';
import { runGradedCase } from './vectors/graded-case.ts';
import { runHfCase } from './vectors/hf-case.ts';
import { runMetricCase, runReducerCase, runReducerNameCase, runResultsCase } from './vectors/metric-case.ts';
import { runPromptCase } from './vectors/prompt-case.ts';
import { runChoiceCase, runScorerCase } from './vectors/scorer-case.ts';
import { VectorTemplates } from './vectors/templates.ts';
import { runShuffleCase, runTemplateCase, runUtilCase } from './vectors/util-case.ts';

type Runner = (test: VectorCase, templates: VectorTemplates) => unknown | Promise<unknown>;

const runners: Record<CaseKind, Runner> = {
  scorer: runScorerCase,
  choice: runChoiceCase,
  graded: runGradedCase,
  prompt: runPromptCase,
  template: runTemplateCase,
  util: runUtilCase,
  hf: runHfCase,
  shuffle: runShuffleCase,
  metric: runMetricCase,
  reducer: runReducerCase,
  reducer_name: runReducerNameCase,
  results: runResultsCase,
};

interface Tally {
  passed: number;
  failed: number;
  skipped: number;
  onPurpose: number;
}

/** Runs the case files of a folder; each deviation that is not on purpose is printed. */
export async function runVectors(folder: string, print: (line: string) => void): Promise<Tally> {
  const tally: Tally = { passed: 0, failed: 0, skipped: 0, onPurpose: 0 };
  const templates = await VectorTemplates.find();
  const deviations = await readDeviations();
  let files = 0;
  for (const name of (await readdir(folder)).filter((each) => each.endsWith('.json')).sort()) {
    const parsed = parsePythonJson(await readFile(join(folder, name), 'utf8'));
    if (!isCaseFile(parsed)) continue;
    files += 1;
    for (const test of parsed.cases) await runOne(test, parsed, { tally, templates, deviations, print });
  }
  if (files === 0) throw new Error(`${folder} holds no case file`);
  return tally;
}

interface Session {
  tally: Tally;
  templates: VectorTemplates;
  deviations: Set<string>;
  print(line: string): void;
}

async function runOne(test: VectorCase, file: CaseFile, session: Session): Promise<void> {
  const { tally, templates, deviations, print } = session;
  if (templates.lacks(test)) {
    tally.skipped += 1;
    return;
  }
  const reasons = await deviationsOf(test, file, templates);
  if (reasons.length === 0) tally.passed += 1;
  else if (deviations.has(test.id)) tally.onPurpose += 1;
  else {
    tally.failed += 1;
    print(`FAIL ${test.id}: ${reasons.slice(0, 3).join('; ')}`);
  }
}

async function deviationsOf(test: VectorCase, file: CaseFile, templates: VectorTemplates): Promise<string[]> {
  try {
    if (file.form === 'end-to-end') return await runEndToEndCase(test, templates);
    const runner = test.kind && Object.hasOwn(runners, test.kind) ? runners[test.kind] : undefined;
    if (!runner) return [`no runner for the kind ${test.kind}`];
    return differences(await runner(test, templates), test.expected);
  } catch (error) {
    return [`the runner threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`];
  }
}

/** What is neither passed nor failed, line by line; the counts stand alone in the last line. */
function summary(tally: Tally): string[] {
  const lines: string[] = [];
  if (tally.onPurpose > 0)
    lines.push(`${tally.onPurpose} deviate on purpose (docs/design/inspect-parity.md)`);
  if (tally.skipped > 0)
    lines.push(`${tally.skipped} skipped: they need the texts of an installed inspect_ai`);
  return [...lines, `${tally.passed} passed, ${tally.failed} failed`];
}

if (import.meta.main) {
  const folder = process.argv[2];
  if (!folder) {
    console.error('usage: node scripts/vectors.ts DIR');
    process.exit(2);
  }
  const tally = await runVectors(folder, (line) => console.log(line));
  for (const line of summary(tally)) console.log(line);
  if (tally.failed > 0) process.exitCode = 1;
}
