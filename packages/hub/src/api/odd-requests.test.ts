import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createToken } from '../auth/tokens.ts';
import { askJson, commitFiles, entryText, makeRepo } from '../testing/hub-client.ts';
import { withHub } from '../testing/with-hub.ts';

// compat: noise.unknown, noise.harnesses, noise.telemetry, noise.datasets-server, lfs.locks
test('what clients ask and the hub has not is a 404 in JSON at once, for any method and token', () =>
  withHub(async (hub) => {
    const alice = await hub.user('alice');
    await makeRepo(hub, alice, { name: 'm' });
    const cases: [method: string, path: string, headers?: Record<string, string>][] = [
      ['GET', '/api/agent-harnesses'],
      ['GET', '/api/nowhere/at/all'],
      ['PATCH', '/api/models/alice/m'],
      ['POST', '/api/kernels/alice/k/commit/main'],
      ['POST', '/v1/telemetry', { authorization: 'Bearer xet_1_x' }],
      ['POST', '/alice/m.git/info/lfs/locks/verify'],
      ['GET', '/alice/m.git/info/lfs/locks'],
      ['POST', '/alice/m.git/info/lfs/locks'],
    ];
    for (const [method, path, headers] of cases) {
      const answer = await hub.ask(method, path, { headers });
      assert.equal(answer.status, 404, path);
      assert.match(answer.headers.get('content-type') ?? '', /json/, path);
      assert.equal(typeof ((await answer.json()) as { error: unknown }).error, 'string', path);
    }
    for (const path of ['info?dataset=alice/m', 'api/models/alice/m']) {
      const answer = await hub.fetch(new Request(`http://datasets-server.hub.test:80/${path}`));
      assert.deepEqual([answer.status, answer.headers.get('x-error-code')], [404, 'not-found']);
    }
    assert.equal((await hub.ask('HEAD', '/api/telemetry/spaces/x')).status, 200);
  }));

// compat: auth.read-token
test('a token that may only read writes nowhere', () =>
  withHub(async (hub) => {
    const alice = await hub.user('alice');
    await makeRepo(hub, alice, { name: 'm' });
    const { secret } = await createToken(hub.context.db, alice.actor.id, {
      displayName: 'r',
      role: 'read',
    });
    const reader = { ...alice, token: secret };
    assert.equal((await askJson(hub, 'GET', '/api/whoami-v2', { as: reader })).status, 200);
    const writes: [method: string, path: string, json: object][] = [
      ['POST', '/api/repos/create', { name: 'n' }],
      ['DELETE', '/api/repos/delete', { name: 'm' }],
      ['PUT', '/api/models/alice/m/settings', { private: true }],
      ['POST', '/api/models/alice/m/preupload/main', { files: [] }],
      ['POST', '/api/models/alice/m/commit/main', {}],
      ['POST', '/api/models/alice/m/commit/main?create_pr=1', {}],
      ['POST', '/api/models/alice/m/branch/dev', {}],
      ['POST', '/api/models/alice/m/discussions', { title: 'A title', description: '' }],
      ['POST', '/alice/m.git/info/lfs/objects/batch', { operation: 'upload', objects: [] }],
      ['GET', '/api/models/alice/m/xet-write-token/main', {}],
      ['GET', '/alice/m.git/info/refs?service=git-receive-pack', {}],
    ];
    for (const [method, path, json] of writes) {
      const as = reader;
      const { status } = await hub.ask(method, path, method === 'GET' ? { as } : { as, json });
      assert.equal(status, 403, path);
    }
  }));

// compat: users.overview, whoami
test('people and organisations are told apart in their overviews', () =>
  withHub(async (hub) => {
    const alice = await hub.user('alice');
    await askJson(hub, 'POST', '/api/assay/orgs', { as: alice, json: { name: 'makers' } });
    const user = await askJson(hub, 'GET', '/api/users/alice/overview');
    assert.deepEqual([user.status, user.body.user, user.body.type], [200, 'alice', 'user']);
    const org = await askJson(hub, 'GET', '/api/organizations/makers/overview');
    assert.deepEqual([org.status, org.body.name, org.body.type], [200, 'makers', 'org']);
    assert.equal((await askJson(hub, 'GET', '/api/users/makers/overview')).status, 404);
    const { body } = await askJson(hub, 'GET', '/api/whoami-v2', { as: alice });
    assert.deepEqual(
      body.orgs.map((one: { name: string; roleInOrg: string }) => [one.name, one.roleInOrg]),
      [['makers', 'admin']],
    );
    assert.deepEqual([body.type, body.auth.accessToken.role], ['user', 'write']);
  }));

// compat: lists.expand, board.missing, commit.json, info.blobs, info.providers
test('lists expand, a dataset without a board says so, and a commit may be one JSON object', () =>
  withHub(async (hub) => {
    const alice = await hub.user('alice');
    await makeRepo(hub, alice, { name: 'm' });
    await makeRepo(hub, alice, { name: 'd', type: 'dataset' });
    const file = '.eval_results/x.yaml';
    await commitFiles(hub, alice, {
      repo: 'alice/m',
      files: { [file]: entryText({ dataset: 'else/where', value: 3 }) },
    });
    const [row] = (await askJson(hub, 'GET', '/api/models?expand=evalResults&expand[]=likes')).body;
    assert.deepEqual(Object.keys(row).sort(), ['_id', 'evalResults', 'id', 'likes']);
    assert.equal(row.evalResults[0].data.value, 3);
    const served = await askJson(hub, 'GET', '/api/models/alice/m?expand[]=inferenceProviderMapping');
    assert.deepEqual(served.body.inferenceProviderMapping, {});
    const board = await askJson(hub, 'GET', '/api/datasets/alice/d/leaderboard');
    assert.deepEqual([board.status, typeof board.body.error], [404, 'string']);
    assert.notEqual(board.headers.get('x-error-code'), 'RepoNotFound');
    const json = {
      summary: 'All at once',
      files: [{ path: 'a.txt', content: 'one\n', encoding: 'utf-8' }],
      deletedEntries: [{ path: file }],
    };
    const made = await askJson(hub, 'POST', '/api/models/alice/m/commit/main', { as: alice, json });
    assert.equal(made.status, 200);
    const info = await askJson(hub, 'GET', '/api/models/alice/m?blobs=true&securityStatus=true');
    assert.deepEqual(
      info.body.siblings.map((one: { rfilename: string; size: number }) => [one.rfilename, one.size > 0]),
      [
        ['.gitattributes', true],
        ['a.txt', true],
      ],
    );
    assert.deepEqual(info.body.securityRepoStatus, { scansDone: true, filesWithIssues: [] });
  }));
