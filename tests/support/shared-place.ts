import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { createDb } from '../../packages/hub/src/db/create-db.ts';
import { createTestDatabase } from '../../packages/hub/src/testing/test-cluster.ts';
import type { TestPlace } from './hub-process.ts';
import { startS3 } from './moto.ts';
import { createTemporaryFolder } from './temporary-folder.ts';

/** One database, one data folder and one bucket, for several hubs. */
export interface SharedPlace extends Required<TestPlace> {
  /** Large files in the bucket. */
  countObjects(): Promise<number>;
}

/** @param t ends what is begun here in the order opposite to that in which it was */
export async function createSharedPlace(t: Pick<TestContext, 'after'>): Promise<SharedPlace> {
  const { endpoint } = await startS3(t);
  const database = await createTestDatabase({ empty: true });
  t.after(() => database.close());
  // The tests' PostgreSQL stops when nobody is connected; while all hubs are down, this is.
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  const db = createDb(database.url, { connections: 1 });
  const connected = db.session((session) => session.query('SELECT 1').then(() => ended));
  t.after(async () => {
    end();
    await connected;
    await db.close();
  });
  // The server here asks nobody who they are.
  assert.ok((await fetch(`${endpoint}/hub`, { method: 'PUT' })).ok);
  return {
    dataDir: await createTemporaryFolder(t),
    token: `hf_${'a1'.repeat(15)}`,
    env: {
      DATABASE_URL: database.url,
      ASSAY_S3_BUCKET: 'hub',
      ASSAY_S3_ENDPOINT: endpoint,
      ASSAY_S3_ACCESS_KEY_ID: 'id',
      ASSAY_S3_SECRET_ACCESS_KEY: 'secret',
    },
    async countObjects() {
      const list = await (await fetch(`${endpoint}/hub?list-type=2&prefix=blobs/`)).text();
      return list.match(/<Key>/g)?.length ?? 0;
    },
  };
}

/** A place whose ends are called last made first, when the test ends: what stands on something goes before it. */
export function stackEnds(t: Pick<TestContext, 'after'>): Pick<TestContext, 'after'> {
  const ends: (() => unknown)[] = [];
  t.after(async () => {
    for (const end of ends.reverse()) await end();
  });
  return { after: (end) => void ends.push(end as () => unknown) };
}
