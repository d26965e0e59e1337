import assert from 'node:assert/strict';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { newId } from '@assay/spec';
import { withHub } from '../testing/with-hub.ts';
import { forgetOldJobs } from './forget-old-jobs.ts';

test('folders of complete jobs go at once, of others a week after their end, of unfinished ones never', () =>
  withHub(async (hub) => {
    const { context: ctx } = hub;
    const { actor } = await hub.user('alice');
    const make = async (stage: string, endedDaysAgo: number | null) => {
      const id = newId();
      await ctx.db.query(
        `INSERT INTO record.jobs (id, kind, owner_id, initiator_id, spec, timeout_seconds, stage, finished_at)
         VALUES ($1, 'eval', $2, $2, '{}', 60, $3, now() - make_interval(days => $4))`,
        [id, actor.id, stage, endedDaysAgo],
      );
      await mkdir(join(ctx.paths.jobs, id));
      return id;
    };
    await make('COMPLETED', 0);
    await make('ERROR', 8);
    const kept = [await make('ERROR', 6), await make('CANCELED', 0), await make('RUNNING', null)];
    await mkdir(join(ctx.paths.jobs, 'something-else'));
    await forgetOldJobs(ctx);
    assert.deepEqual((await readdir(ctx.paths.jobs)).sort(), [...kept, 'something-else'].sort());
  }));
