import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reindex } from '../index/reindex.ts';
import { attestResult, toEntryText } from '../testing/attested-result.ts';
import { askJson, commitFiles, proposeFiles } from '../testing/hub-client.ts';
import { type TestHub, withHub } from '../testing/with-hub.ts';
import { revokeKey, rotateKey } from './keys.ts';

const file = '.eval_results/sums.yaml';

/** Where the first result of alice/m stands, in every place that tells it. */
async function told(hub: TestHub) {
  const get = async (path: string) => (await askJson(hub, 'GET', path)).body;
  const { results } = await get('/api/assay/models/alice/m/results');
  const { result, standings } = await get(`/api/assay/results/${results[0].id}`);
  const board = await get('/api/assay/benchmarks/alice/sums/board?task=main');
  const hubBoard = await get('/api/datasets/alice/sums/leaderboard?task_id=main');
  const info = await get('/api/models/alice/m?expand[]=evalResults');
  return {
    result: result.standing,
    standings: standings.map(({ standing }: { standing: string }) => standing),
    list: results[0].standing,
    board: board.rows.map(({ standing }: { standing: string }) => standing),
    hub: hubBoard.map(({ verified }: { verified: boolean }) => verified),
    info: info.evalResults.map(({ verified }: { verified: boolean }) => verified),
    code: result.verification?.code,
    reason: result.verification?.reason,
  };
}

const everywhere = (standing: 'merged' | 'verified', code: string) => ({
  result: standing,
  standings: [standing],
  list: standing,
  board: [standing],
  hub: [standing === 'verified'],
  info: [standing === 'verified'],
  code,
});

const isTold = async (hub: TestHub, standing: 'merged' | 'verified', code: string) => {
  const { reason, ...rest } = await told(hub);
  assert.deepEqual(rest, everywhere(standing, code));
  assert.deepEqual(await reindex(hub.context, { check: true }), []);
  return reason;
};

test('a result is verified once a checkpoint covers its token, stays so over a rotation, and falls with the key', () =>
  withHub(
    async (hub) => {
      const ctx = hub.context;
      const alice = await hub.user('alice');
      const admin = await hub.user('root', { isAdmin: true });
      const { entry } = await attestResult(hub, alice);
      await commitFiles(hub, alice, { repo: 'alice/m', files: { [file]: entry } });
      await isTold(hub, 'merged', 'not-covered');

      await ctx.tlog.flush();
      await isTold(hub, 'verified', 'verified');
      await reindex(ctx, { check: false });
      await isTold(hub, 'verified', 'verified');

      const { retired } = await rotateKey(ctx, admin.actor);
      await isTold(hub, 'verified', 'verified');
      await assert.rejects(revokeKey(ctx, admin.actor, retired!, ' '), { code: 'invalid-input' });
      await revokeKey(ctx, admin.actor, retired!, 'the laptop was stolen');
      assert.match(await isTold(hub, 'merged', 'key-revoked'), /laptop was stolen/);
      await assert.rejects(revokeKey(ctx, admin.actor, retired!, 'again'), { code: 'conflict' });
      const { keys } = (await askJson(hub, 'GET', '/.well-known/jwks.json')).body;
      assert.ok(!keys.some(({ kid }: { kid: string }) => kid === retired));
    },
    { purpose: 'visit' },
  ));

test('an entry must say what the statement says; one that does not, or whose token is unknown, is shown with the reason', () =>
  withHub(
    async (hub) => {
      const ctx = hub.context;
      const alice = await hub.user('alice');
      const result = await attestResult(hub, alice);
      await ctx.tlog.flush();
      const codeOf = async (entry: string) => {
        await commitFiles(hub, alice, { repo: 'alice/m', files: { [file]: entry } });
        const shown = await told(hub);
        assert.equal(shown.result, shown.code === 'verified' ? 'verified' : 'merged');
        return shown.code;
      };
      const wrong = (change: Parameters<typeof toEntryText>[1]) => codeOf(toEntryText(result, change));
      assert.equal(await codeOf(result.entry), 'verified');
      assert.equal(await wrong({ value: 0.71 }), 'other-value');
      assert.equal(await wrong({ revision: 'f'.repeat(40) }), 'other-revision');
      assert.equal(await codeOf(`${result.entry.trimEnd()}\n  notes: "temperature=0.5"\n`), 'other-setup');
      assert.equal(await codeOf(result.entry.replace(result.token, 'some-token')), 'unknown-token');
      const { token } = result;
      assert.equal(await codeOf(result.entry.replace(token, `${token.slice(0, -4)}AAAA`)), 'unknown-token');
    },
    { purpose: 'visit' },
  ));

test('what a trusted worker vouches for stands on the board from an open pull request, unless it is closed', () =>
  withHub(
    async (hub) => {
      const ctx = hub.context;
      const [alice, bob] = [await hub.user('alice'), await hub.user('bob')];
      const { entry } = await attestResult(hub, alice);
      await ctx.tlog.flush();
      const num = await proposeFiles(hub, bob, { repo: 'alice/m', files: { [file]: entry } });
      assert.deepEqual((await told(hub)).board, ['verified']);
      const close = { as: alice, json: { status: 'closed', comment: 'no' } };
      const { status } = await askJson(hub, 'POST', `/api/models/alice/m/discussions/${num}/status`, close);
      assert.equal(status, 200);
      const after = await told(hub);
      assert.deepEqual([after.board, after.result, after.code], [[], 'closed', 'verified']);
    },
    { purpose: 'visit' },
  ));
