import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { runSoak } from '../support/soak.ts';

// The short form of `npm run soak:hub`: fewer clients, less time, the same promises.
test('many clients at once meet no 5xx, lose nothing, and leave the index a rebuild would make', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-soak-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const report = await runSoak(t, { clients: 50, seconds: 10, folder });
  assert.deepEqual(report.faults, []);
  for (const name of ['board', 'commit', 'push', 'file', 'results'])
    assert.ok((report.actions[name]?.done ?? 0) > 0, `${name}: ${JSON.stringify(report.actions)}`);
});
