// `npm test`: everything that must hold before a change lands, in the order in which failures are cheapest to see.
// `npm test -- unit flows` runs the named stages only. Under CI=true a skipped test is a failure.
import { existsSync, globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from 'node:test';
import { runChecks } from './check.ts';
import { report, type Tally } from './test-reporter.ts';

const stages: Record<string, string[]> = {
  unit: [
    'packages/*/src/**/*.test.ts',
    'examples/**/*.test.ts',
    'scripts/**/*.test.ts',
    'tests/contracts/**/*.test.ts',
  ],
  flows: ['tests/flows/**/*.test.ts'],
  compat: ['tests/compat/**/*.test.ts'],
  browser: ['tests/browser/**/*.test.ts'],
};

/** Files that are tested at once: a story waits for processes half of its time. */
const concurrency = 4;

/** The longest of each stage are begun first, so that it does not end with one core waiting for the other. */
const longest = [
  'tests/contracts/tlog-kill',
  'tests/contracts/killed-redaction',
  'tests/contracts/soak',
  'tests/contracts/tlog-go',
  'packages/hub/src/db/embedded/cluster',
  'packages/hub/src/index/reindex',
  'packages/cli/src/commands/serve',
  'packages/hub/src/mirror/mirror',
  'packages/hub/src/backup/backup',
  'tests/flows/mmlu-pro',
  'tests/flows/killed-hub',
  'tests/flows/two-hubs',
  'tests/flows/submit',
  'tests/flows/planned-runs',
  'tests/compat/python-workflows',
  'tests/compat/hf-cli',
  'tests/compat/inspect-parity',
  'tests/compat/lm-eval',
  'tests/compat/other-engine',
  'tests/compat/hf-jobs',
].map((name) => `${name}.test.ts`);

/** In the order in which they are begun. @throws Error for a name in the list that stands for no file */
function inOrder(files: string[]): string[] {
  const missing = longest.find((file) => !existsSync(file));
  if (missing) throw new Error(`scripts/test.ts: there is no ${missing} any more`);
  const rank = (file: string): number => longest.indexOf(file) + 1 || longest.length + 1;
  return files.sort().sort((a, b) => rank(a) - rank(b));
}

/** @param folder what one process has compiled stands there for the next: starting one takes half as long */
async function runStage(name: string, folder: string): Promise<Tally> {
  const stage = stages[name];
  if (!stage) throw new Error(`no stage named ${name}; there are: checks, ${Object.keys(stages).join(', ')}`);
  const files = stage
    .flatMap((pattern) => globSync(pattern))
    .filter((file) => !file.includes('node_modules'));
  const counts: Tally = { passed: 0, failed: 0, skipped: [] };
  const env = { ...process.env, NODE_COMPILE_CACHE: folder };
  const events = run({ files: inOrder(files), concurrency, env });
  for await (const line of report(events, counts)) process.stdout.write(line);
  if (counts.passed + counts.failed + counts.skipped.length === 0) {
    console.log(`  FAIL the stage ${name} ran no test`);
    counts.failed += 1;
  }
  return counts;
}

function runChecksStage(): Tally {
  const results = runChecks();
  return {
    passed: results.filter((check) => check.ok).length,
    failed: results.filter((check) => !check.ok).length,
    skipped: [],
  };
}

async function main(): Promise<number> {
  const asked = process.argv.slice(2);
  const names = asked.length > 0 ? asked : ['checks', ...Object.keys(stages)];
  const folder = mkdtempSync(join(tmpdir(), 'assay-test-'));
  const total: Tally = { passed: 0, failed: 0, skipped: [] };
  try {
    for (const name of names) {
      const started = performance.now();
      console.log(`\n${name}`);
      const tally = name === 'checks' ? runChecksStage() : await runStage(name, folder);
      console.log(`  (${((performance.now() - started) / 1000).toFixed(0)} s)`);
      total.passed += tally.passed;
      total.failed += tally.failed;
      total.skipped.push(...tally.skipped);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
  const skipIsFailure = process.env.CI === 'true';
  if (total.skipped.length > 0) {
    console.log(`\nSkipped${skipIsFailure ? ' (a failure under CI=true)' : ''}:`);
    for (const line of total.skipped) console.log(`  ${line}`);
  }
  const failed = total.failed + (skipIsFailure ? total.skipped.length : 0);
  console.log(`\n${total.passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

process.exitCode = await main();
