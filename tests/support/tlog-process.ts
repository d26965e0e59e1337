// A publisher of the transparency log that appends acts meanwhile, and kills itself with SIGKILL at the Nth step of one
// phase: append, integrate, files, publish or checkpoint. Arguments: database URL, folder, phase, N. Prints the step.
import { writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { createDb } from '../../packages/hub/src/db/create-db.ts';
import { silentLogger } from '../../packages/hub/src/logger.ts';
import { openTransparencyLog } from '../../packages/hub/src/tlog/transparency-log.ts';

const [url = '', dir = '', phase = '', stepText = ''] = process.argv.slice(2);
let left = Number(stepText);

function onStep(step: string): void {
  if (step.startsWith(`${phase}:`)) left -= 1;
  if (left > 0) return;
  writeSync(1, step);
  process.kill(process.pid, 'SIGKILL');
}

const appenders = 3;
const longestPauseMs = 40;
/** Enough to fill tiles again and again over the rounds. */
const mostActs = 40;
const changedMind = new Error('rolled back');

const db = createDb(url, { connections: appenders + 2 });

async function append(): Promise<void> {
  for (;;) {
    const acts = 1 + Math.floor(Math.random() * mostActs);
    const fails = Math.random() < 0.2;
    const appended = db.tx(async (tx) => {
      await tx.query(
        `INSERT INTO record.acts (kind, repo_id, repo_name, result_id, filename, dataset_id, task_id, entry)
         SELECT 'submitted', 'r', 'a/b', 'x', 'f', 'd', 't', '{}' FROM generate_series(1, $1)`,
        [acts],
      );
      onStep('append:inserted');
      if (fails) throw changedMind;
    });
    await appended.catch((error) => {
      if (error !== changedMind) throw error;
    });
    onStep('append:committed');
    await sleep(Math.random() * longestPauseMs);
  }
}

const tlog = await openTransparencyLog({ db, dir, log: silentLogger, publishing: false, onStep });
for (let at = 0; at < appenders; at += 1) void append();
for (;;) await tlog.flush();
