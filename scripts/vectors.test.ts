import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { runVectors } from './vectors.ts';

const data = process.env.ASSAY_TEST_DATA ?? join(import.meta.dirname, '../../shared');
const folder = [join(data, 'vectors/inspect'), join(data, '../vectors/inspect')].find((each) =>
  existsSync(each),
);

test('the rules give what the real Inspect gave, case by case', {
  skip:
    folder === undefined &&
    'recorded cases not found: set ASSAY_TEST_DATA to the folder that holds vectors/inspect',
}, async () => {
  const failures: string[] = [];
  const tally = await runVectors(folder!, (line) => failures.push(line));
  assert.deepEqual(failures, []);
  assert.ok(tally.passed > 1100, `only ${tally.passed} cases were run`);
});
