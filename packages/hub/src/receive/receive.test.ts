import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HubContext } from '../context.ts';
import { sweep } from '../index/sweep.ts';
import { createRepo } from '../repos/create-repo.ts';
import type { Repo } from '../repos/repo.ts';
import { type TestHub, type TestUser, withHub } from '../testing/with-hub.ts';
import { type ReceiveOutcome, type ReceiveRequest, receive } from './receive.ts';

const result = (value: number) => Buffer.from(`- dataset: {id: a/b, task_id: t}\n  value: ${value}\n`);
const resultFile = '.eval_results/r.yaml';
const main = 'refs/heads/main';

interface Site {
  hub: TestHub;
  alice: TestUser;
  repo: Repo;
  /** Receives a commit with one result file on top of main. */
  push(ctx: HubContext, value: number, more?: Partial<ReceiveRequest>): Promise<ReceiveOutcome>;
  head(): Promise<string | null>;
  pending(): Promise<number>;
  values(): Promise<string[]>;
  acts(): Promise<string[]>;
}

function withRepo(work: (site: Site) => Promise<void>): Promise<void> {
  return withHub(async (hub) => {
    const { context: ctx } = hub;
    const alice = await hub.user('alice');
    const repo = await createRepo(ctx, alice.actor, { type: 'model', name: 'm' });
    const column = async (sql: string) =>
      (await ctx.db.query<{ it: string }>(sql, [repo.id])).map(({ it }) => it);
    const site: Site = {
      hub,
      alice,
      repo,
      async push(within, value, more = {}) {
        const quarantine = await ctx.git.quarantine(repo.id);
        try {
          const parent = await site.head();
          const operations = [{ kind: 'write' as const, path: resultFile, content: result(value) }];
          const author = { name: 'alice', email: 'a@e.org' };
          const oid = await quarantine.makeCommit({
            parent,
            operations,
            author,
            message: 'm',
            date: new Date(),
          });
          const updates = [{ ref: main, old: parent, new: oid }];
          return await receive(within, {
            repo,
            actor: alice.actor,
            via: 'commit',
            updates,
            quarantine,
            ...more,
          });
        } finally {
          quarantine.discard();
        }
      },
      head: () => ctx.git.reader(repo.id).ref(main),
      pending: async () =>
        (await column('SELECT id AS it FROM record.pushes WHERE repo_id = $1 AND applied_at IS NULL')).length,
      values: () => column('SELECT value_text AS it FROM derived.results WHERE repo_id = $1 ORDER BY scope'),
      acts: () =>
        column("SELECT kind || ' ' || actor_name AS it FROM record.acts WHERE repo_id = $1 ORDER BY seq"),
    };
    await work(site);
  });
}

/** A context whose transactions end as the thrower wants, when all their work is done and COMMIT is due. */
function lostAtCommit(ctx: HubContext): HubContext {
  const db: HubContext['db'] = {
    ...ctx.db,
    query: (sql, params) => ctx.db.query(sql, params),
    one: (sql, params) => ctx.db.one(sql, params),
    maybe: (sql, params) => ctx.db.maybe(sql, params),
    tx: (fn) =>
      ctx.db.tx(async (tx) => {
        await fn(tx);
        throw new RangeError('killed before COMMIT');
      }),
  };
  return { ...ctx, db };
}

test('what is answered is in git, in the index and in the acts', () =>
  withRepo(async ({ hub, push, head, pending, values, acts }) => {
    const before = await head();
    assert.deepEqual(await push(hub.context, 1.5), { ok: true });
    assert.notEqual(await head(), before);
    assert.deepEqual([await values(), await acts(), await pending()], [['1.5'], ['submitted alice'], 0]);
  }));

test('a failure inside the transaction leaves no trace anywhere', () =>
  withRepo(async ({ hub, push, head, pending, values, acts }) => {
    const before = await head();
    const inTransaction = async () => {
      throw new RangeError('discussion rows do not fit');
    };
    await assert.rejects(push(hub.context, 1, { inTransaction }), RangeError);
    assert.deepEqual([await head(), await values(), await acts(), await pending()], [before, [], [], 0]);
    assert.deepEqual(await push(hub.context, 2), { ok: true });
  }));

test('a crash between git and COMMIT is healed by the sweep, and put down to whose act it was', () =>
  withRepo(async ({ hub, push, head, pending, values, acts }) => {
    const before = await head();
    await assert.rejects(push(lostAtCommit(hub.context), 3), RangeError);
    assert.notEqual(await head(), before);
    assert.deepEqual([await values(), await acts(), await pending()], [[], [], 1]);
    assert.equal(await sweep(hub.context, 0), 1);
    assert.deepEqual([await values(), await acts(), await pending()], [['3'], ['submitted alice'], 0]);
    assert.equal(await sweep(hub.context, 0), 0);
  }));

test('a crash before git moved leaves an announcement that means nothing', () =>
  withRepo(async ({ hub, alice, repo, push, head, values, acts }) => {
    const updates = JSON.stringify([{ ref: main, old: await head(), new: '1'.repeat(40) }]);
    await hub.context.db.query(
      "INSERT INTO record.pushes (repo_id, actor_id, via, updates) VALUES ($1, $2, 'git', $3)",
      [repo.id, alice.actor.id, updates],
    );
    await sweep(hub.context, 0);
    assert.deepEqual([await values(), await acts()], [[], []]);
    assert.deepEqual(await push(hub.context, 4), { ok: true });
    assert.deepEqual(await acts(), ['submitted alice']);
  }));

test('an old value that is not the ref’s any more moves nothing', () =>
  withRepo(async ({ hub, push, head, pending }) => {
    const before = await head();
    assert.deepEqual(await push(hub.context, 5), { ok: true });
    const after = await head();
    const stale = [
      { ref: main, old: before, new: before },
      { ref: 'refs/heads/x', old: before, new: before },
      { ref: main, old: null, new: before },
    ];
    for (const update of stale) {
      await assert.rejects(push(hub.context, 6, { updates: [update] }), { code: 'stale-ref' });
    }
    assert.deepEqual([await head(), await pending()], [after, 0]);
    // A branch cannot be named like the folder of another: git itself refuses, and nothing moves.
    const clash = { ref: `${main}/sub`, old: null, new: after };
    await assert.rejects(push(hub.context, 7, { updates: [clash] }), { code: 'stale-ref' });
    assert.equal(await pending(), 0);
  }));

test('names that would be taken for something else are refused', () =>
  withRepo(async ({ hub, push, head }) => {
    const oid = await head();
    const names = [
      'refs/heads/HEAD',
      'refs/heads/refs/pr/1',
      `refs/heads/${'a'.repeat(40)}`,
      'refs/pr/x',
      'refs/meta/x',
      'main',
      'refs/heads/a..b',
    ];
    for (const ref of names) {
      const outcome = await push(hub.context, 1, { updates: [{ ref, old: null, new: oid }] });
      assert.equal(outcome.ok ? '' : outcome.refused[0]?.code, 'invalid-input', ref);
    }
    const gone = await push(hub.context, 1, { updates: [{ ref: main, old: oid, new: null }] });
    assert.equal(gone.ok ? '' : gone.refused[0]?.code, 'forbidden');
  }));
