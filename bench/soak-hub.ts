// Many clients at once against a real hub, for a time: reads, commits, pull requests, merges, comments, pushes by git, boards.
//   npm run soak:hub -- [--clients 500] [--seconds 60] [--json FILE]
// Fails when the hub answers 5xx, when a change that was acknowledged is not there at the end, or when the index is not what
// a rebuild makes of it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runSoak } from '../tests/support/soak.ts';

const { values } = parseArgs({
  options: { clients: { type: 'string' }, seconds: { type: 'string' }, json: { type: 'string' } },
});
const folder = mkdtempSync(join(tmpdir(), 'assay-soak-'));
const afters: (() => unknown)[] = [];
try {
  const report = await runSoak(
    { after: (fn) => afters.push(fn as () => unknown) },
    {
      clients: Number(values.clients ?? 500),
      seconds: Number(values.seconds ?? 60),
      folder,
      onProgress: (line) => console.error(line),
    },
  );
  for (const [name, row] of Object.entries(report.actions))
    console.log(
      `${name.padEnd(12)} ${String(row.done).padStart(7)} done ${String(row.refused).padStart(6)} refused  p50 ${row.p50Ms} ms  p99 ${row.p99Ms} ms`,
    );
  for (const [reason, times] of Object.entries(report.refusals))
    console.log(`refused ${String(times).padStart(7)} times  ${reason}`);
  console.log(
    `memory of the hub at most: ${report.hubMiB} MiB; the last answer after ${report.seconds.toFixed(0)} s`,
  );
  if (values.json) writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
  for (const fault of report.faults.slice(0, 20)) console.error(fault);
  console.log(report.faults.length === 0 ? 'No fault.' : `${report.faults.length} faults.`);
  process.exitCode = report.faults.length === 0 ? 0 : 1;
} finally {
  for (const after of afters.reverse()) await after();
  rmSync(folder, { recursive: true, force: true });
}
