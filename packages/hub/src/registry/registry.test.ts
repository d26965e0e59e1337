import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setMember } from '../auth/accounts.ts';
import { askJson, commitFiles, evalYamlText, type Json, makeRepo } from '../testing/hub-client.ts';
import { type TestHub, type TestUser, withHub } from '../testing/with-hub.ts';

const dataset = 'alice/sums';
const base = `/api/assay/benchmarks/${dataset}`;

async function setUp(hub: TestHub): Promise<{ admin: TestUser; alice: TestUser; bob: TestUser }> {
  const [admin, alice, bob] = [
    await hub.user('root', { isAdmin: true }),
    await hub.user('alice'),
    await hub.user('bob'),
  ];
  await makeRepo(hub, alice, { type: 'dataset', name: 'sums' });
  await commitFiles(hub, alice, { type: 'dataset', repo: dataset, files: { 'eval.yaml': evalYamlText } });
  return { admin, alice, bob };
}

const apply = (hub: TestHub, as: TestUser, text = 'Please.') =>
  askJson(hub, 'POST', `${base}/application`, { as, json: { text } });
const decide = (hub: TestHub, as: TestUser, standing: string, reason?: string) =>
  askJson(hub, 'PUT', `${base}/standing`, { as, json: { standing, reason } });
const officials = async (hub: TestHub): Promise<string[]> =>
  (await askJson(hub, 'GET', '/api/datasets?filter=benchmark:official')).body.map((row: Json) => row.id);
const registration = async (hub: TestHub, as?: TestUser): Promise<Json> =>
  (await askJson(hub, 'GET', `${base}/registration`, { as })).body;

test('an application is a discussion; approving it sets tag and filter at once, and stays in record and log', () =>
  withHub(async (hub) => {
    const { admin, alice, bob } = await setUp(hub);
    assert.equal((await registration(hub, alice)).mayApply, true);
    assert.equal((await registration(hub, bob)).mayApply, false);
    assert.equal((await apply(hub, bob)).status, 403);
    const { status, body } = await apply(hub, alice, 'It has 20 sums.');
    assert.equal(status, 201);
    const thread = `/api/datasets/${dataset}/discussions/${body.num}`;
    const details = (await askJson(hub, 'GET', thread)).body;
    assert.deepEqual(
      [details.isPullRequest, details.status, details.author.name, details.events[0].data.latest.raw],
      [false, 'open', 'alice', 'It has 20 sums.'],
    );
    const open = (await askJson(hub, 'GET', '/api/assay/registry?state=open')).body;
    assert.deepEqual(
      open.applications.map((row: Json) => [row.benchmark, row.discussion, row.state]),
      [[dataset, body.num, 'open']],
    );
    assert.equal(open.mayDecide, false);
    assert.equal((await apply(hub, alice)).status, 409);
    assert.equal((await decide(hub, bob, 'official')).status, 403);
    assert.equal((await decide(hub, alice, 'official')).status, 403);
    assert.deepEqual(await officials(hub), []);
    assert.equal((await decide(hub, admin, 'official', 'Sound.')).status, 200);
    assert.deepEqual(await officials(hub), [dataset]);
    const after = (await askJson(hub, 'GET', thread)).body;
    assert.equal(after.status, 'closed');
    assert.deepEqual(
      after.events.slice(1).map((event: Json) => [event.type, event.author.name, event.data]),
      [
        ['standing-change', 'root', { standing: 'official', reason: 'Sound.' }],
        ['status-change', 'root', { status: 'closed', reason: 'Sound.' }],
      ],
    );
    assert.equal((await decide(hub, admin, 'official')).status, 409);
    assert.equal((await apply(hub, alice)).status, 409);
    const told = await registration(hub);
    assert.deepEqual(
      told.acts.map((act: Json) => [act.kind, act.actor, act.discussion]),
      [
        ['official', 'root', body.num],
        ['applied', 'alice', body.num],
      ],
    );
    assert.deepEqual(told.applications[0].decision.standing, 'official');
    await hub.context.tlog.flush();
    const [decided] = (await registration(hub)).acts;
    const leaf = (await askJson(hub, 'GET', `/api/assay/tlog/leaves/${decided.tlogIndex}`)).body;
    const facts = JSON.parse(leaf.leaf);
    assert.deepEqual([facts.kind, facts.act, facts.discussion], ['benchmark-act', 'official', body.num]);
    assert.match(leaf.opening.content, /Sound\./);
    assert.doesNotMatch(leaf.leaf, /Sound\.|root|alice/);
  }));

test('declined and retired need a reason; every decision stays, not only the last', () =>
  withHub(async (hub) => {
    const { admin, alice } = await setUp(hub);
    const first = (await apply(hub, alice)).body.num;
    assert.equal((await decide(hub, admin, 'declined')).status, 422);
    assert.equal((await decide(hub, admin, 'declined', 'Too easy.')).status, 200);
    const second = (await apply(hub, alice, 'Harder now.')).body.num;
    await decide(hub, admin, 'official', 'Better.');
    await decide(hub, admin, 'retired', 'Leaked.');
    assert.deepEqual(await officials(hub), []);
    const { acts, standing } = await registration(hub);
    assert.equal(standing, 'retired');
    assert.deepEqual(
      acts.map((act: Json) => [act.kind, act.detail.reason ?? act.detail.text, act.discussion]),
      [
        ['retired', 'Leaked.', second],
        ['official', 'Better.', second],
        ['applied', 'Harder now.', second],
        ['declined', 'Too easy.', first],
        ['applied', 'Please.', first],
      ],
    );
    await assert.rejects(hub.context.db.query('DELETE FROM record.benchmark_acts'));
    await assert.rejects(hub.context.db.query("UPDATE record.benchmark_acts SET kind = 'official'"));
  }));

test("members of the maintainers' organisation decide, its readers do not; a withdrawn application is no open one", () =>
  withHub(
    async (hub) => {
      const { admin, alice, bob } = await setUp(hub);
      const carol = await hub.user('carol');
      await askJson(hub, 'POST', '/api/assay/orgs', { as: admin, json: { name: 'keepers' } });
      const org = await hub.context.db.one<{ id: string }>(
        "SELECT id FROM record.accounts WHERE name = 'keepers'",
      );
      await setMember(hub.context.db, org.id, bob.actor.id, 'contributor');
      await setMember(hub.context.db, org.id, carol.actor.id, 'read');
      const first = (await apply(hub, alice)).body.num;
      await askJson(hub, 'POST', `/api/datasets/${dataset}/discussions/${first}/status`, {
        as: alice,
        json: { status: 'closed' },
      });
      const withdrawn = (await askJson(hub, 'GET', '/api/assay/registry?state=withdrawn')).body;
      assert.deepEqual(
        withdrawn.applications.map((row: Json) => row.discussion),
        [first],
      );
      assert.equal((await apply(hub, alice)).status, 201);
      assert.equal((await decide(hub, carol, 'official')).status, 403);
      assert.equal((await decide(hub, bob, 'official')).status, 200);
      assert.deepEqual(await officials(hub), [dataset]);
      assert.equal((await askJson(hub, 'GET', '/api/assay/registry', { as: bob })).body.mayDecide, true);
    },
    { config: { maintainers: 'keepers' } },
  ));

test('of twenty who apply at once one does; private benchmarks are told to nobody else, in no list and no leaf', () =>
  withHub(async (hub) => {
    const { alice, bob } = await setUp(hub);
    const answers = await Promise.all(Array.from({ length: 20 }, () => apply(hub, alice)));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [
      201,
      ...Array.from({ length: 19 }, () => 409),
    ]);
    await makeRepo(hub, alice, { type: 'dataset', name: 'hidden', private: true });
    await commitFiles(hub, alice, {
      type: 'dataset',
      repo: 'alice/hidden',
      files: { 'eval.yaml': evalYamlText },
    });
    const path = '/api/assay/benchmarks/alice/hidden';
    assert.equal(
      (await askJson(hub, 'POST', `${path}/application`, { as: alice, json: { text: 'Please.' } })).status,
      201,
    );
    assert.equal((await askJson(hub, 'GET', '/api/assay/registry', { as: bob })).body.applications.length, 1);
    assert.equal((await askJson(hub, 'GET', `${path}/registration`, { as: bob })).status, 404);
    await hub.context.tlog.flush();
    const [act] = (await askJson(hub, 'GET', `${path}/registration`, { as: alice })).body.acts;
    const leaf = `/api/assay/tlog/leaves/${act.tlogIndex}`;
    const seen = (await askJson(hub, 'GET', leaf, { as: bob })).body;
    assert.deepEqual([JSON.parse(seen.leaf).kind, seen.opening], ['sealed', undefined]);
    assert.match((await askJson(hub, 'GET', leaf, { as: alice })).body.opening.content, /alice\/hidden/);
  }));

test('an operator adds evaluation frameworks; those nobody knows are told, and accepted', () =>
  withHub(
    async (hub) => {
      const { alice } = await setUp(hub);
      const known = async (framework: string): Promise<boolean> => {
        const text = evalYamlText
          .replace('inspect-ai', framework)
          .replace(/ {4}(config|split|field_spec|solvers|scorers)[\s\S]*/, '');
        await commitFiles(hub, alice, { type: 'dataset', repo: dataset, files: { 'eval.yaml': text } });
        return (await askJson(hub, 'GET', base)).body.frameworkKnown;
      };
      assert.deepEqual(
        [await known('our-harness'), await known('mteb'), await known('nobody')],
        [true, true, false],
      );
      const { frameworks } = (await askJson(hub, 'GET', '/api/assay/frameworks')).body;
      assert.ok(frameworks.includes('our-harness') && frameworks.includes('inspect-ai'));
    },
    { config: { evaluationFrameworks: 'our-harness' } },
  ));
