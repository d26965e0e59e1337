import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createApp } from '../http/create-app.ts';
import { askJson, commitFiles, entryText, evalYamlText, makeRepo } from '../testing/hub-client.ts';
import { type TestHub, type TestUser, withHub } from '../testing/with-hub.ts';

/** As long as each other, so that lengths tell nothing in the test that they would not tell a stranger. */
const hidden = 'secret';
const missing = 'absent';

/** What a route's parameters are in these questions. */
const parameters: Record<string, string> = {
  num: '1',
  event: 'a'.repeat(24),
  status: 'pending',
  repo: 'model',
  '*': 'main',
};
/** Enough of a body for each route to come to the question whether the repo is there. */
const body = {
  title: 'A title',
  comment: 'text',
  content: 'text',
  status: 'open',
  tag: 'v1',
  repository: 'eve/copy',
  user: 'eve',
  paths: ['README.md'],
  files: [{ path: 'a', size: 1, sample: '' }],
  operation: 'download',
  objects: [{ oid: 'a'.repeat(64), size: 1 }],
  standing: 'official',
  reason: 'because',
  header: {},
};

interface Question {
  method: string;
  path: string;
}

/** Every route of the hub that names a repo, as a question about one. */
function questionsAbout(hub: TestHub, name: string): Question[] {
  const seen = new Set<string>();
  const questions: Question[] = [];
  for (const { method, path } of createApp(hub.context).routes) {
    const named = /:(namespace|ns)\/:name/.test(path);
    if (!named || !['GET', 'POST', 'PUT', 'DELETE'].includes(method)) continue;
    const filled = path
      .replace(/:(namespace|ns)\b/, 'alice')
      .replace(/:name\b/, name)
      .replace(/:(\w+)(\{[^}]*\})?/g, (_all, key: string) => parameters[key] ?? '1')
      .replace('*', parameters['*']!);
    const key = `${method} ${filled}`;
    if (!seen.has(key)) questions.push({ method, path: filled });
    seen.add(key);
  }
  return questions;
}

/** All that a stranger gets to see of an answer, but what differs between any two. */
async function answerTo(hub: TestHub, { method, path }: Question, as?: TestUser): Promise<object> {
  const asked = method === 'GET' ? { as } : { as, json: body };
  const answer = await hub.ask(method, path, asked);
  const headers = [...answer.headers].filter(([name]) => !['x-request-id', 'date'].includes(name));
  const same = (text: string) => text.replaceAll(missing, hidden);
  return {
    status: answer.status,
    headers: headers.map(([, value]) => same(value)),
    text: same(await answer.text()),
  };
}

async function strangers(hub: TestHub): Promise<(TestUser | undefined)[]> {
  const eve = await hub.user('eve');
  const scopes = {
    role: 'fineGrained',
    fineGrained: { global: ['discussion.write'], canReadGatedRepos: true },
  };
  const narrow = (await askJson(hub, 'POST', '/api/assay/tokens', { as: eve, json: scopes })).body;
  const own = await hub.user('alice-too');
  return [undefined, eve, { ...eve, token: narrow.token }, own];
}

test('a private repo answers a stranger as a name that is not there does, on every route that names one', () =>
  withHub(async (hub) => {
    const alice = await hub.user('alice');
    for (const type of ['model', 'dataset'] as const) {
      await makeRepo(hub, alice, { type, name: hidden, private: true });
      await commitFiles(hub, alice, { type, repo: `alice/${hidden}`, files: { 'README.md': 'A card\n' } });
    }
    await askJson(hub, 'PUT', `/api/models/alice/${hidden}/settings`, { as: alice, json: { gated: 'auto' } });
    await askJson(hub, 'POST', `/api/models/alice/${hidden}/discussions`, {
      as: alice,
      json: { title: 'Between us' },
    });
    const about = { hidden: questionsAbout(hub, hidden), missing: questionsAbout(hub, missing) };
    assert.ok(about.hidden.length > 100, String(about.hidden.length));
    for (const who of await strangers(hub)) {
      for (const [at, question] of about.hidden.entries()) {
        const [one, other] = [
          await answerTo(hub, question, who),
          await answerTo(hub, about.missing[at]!, who),
        ];
        assert.deepEqual(one, other, `${question.method} ${question.path} as ${who?.actor.name ?? 'nobody'}`);
      }
    }
  }));

/** Questions whose answers may change although nothing public happened: the log's size is public, and says how many. */
const mayChange = /^\/(tlog|healthz|\.well-known|metrics)|^\/api\/assay\/(tlog|trust|session)/;

test('lists, counts, searches and pages of people do not change when something private is made', () =>
  withHub(async (hub) => {
    const alice = await hub.user('alice');
    await askJson(hub, 'POST', '/api/assay/orgs', { as: alice, json: { name: 'lab' } });
    await makeRepo(hub, alice, { name: 'open' });
    await makeRepo(hub, alice, { type: 'dataset', name: 'bench' });
    await commitFiles(hub, alice, {
      type: 'dataset',
      repo: 'alice/bench',
      files: { 'eval.yaml': evalYamlText },
    });
    const plain = createApp(hub.context)
      .routes.filter(({ method, path }) => method === 'GET' && !/[:*]/.test(path) && !mayChange.test(path))
      .map(({ path }) => path);
    const asked = [
      ...new Set(plain),
      ...['/api/models?search=secret', '/api/models?author=lab', '/api/datasets?filter=license:secret'],
      ...['/api/users/alice/overview', '/api/users/alice/likes', '/api/organizations/lab/overview'],
      ...['/api/organizations/lab/members', '/api/models?full=true', '/api/models?sort=likes'],
      ...['/api/models/alice/open/likers', '/api/datasets/alice/bench/leaderboard?task_id=main'],
      ...['/api/assay/benchmarks/alice/bench', '/api/assay/benchmarks/alice/bench/board?task=main'],
    ];
    const who = await strangers(hub);
    const look = async () => {
      const seen: Record<string, unknown> = {};
      for (const path of asked)
        for (const [at, as] of who.entries())
          seen[`${path} ${at}`] = await answerTo(hub, { method: 'GET', path }, as);
      return seen;
    };
    const before = await look();
    for (const organization of ['alice', 'lab']) {
      const repo = `${organization}/${hidden}`;
      await makeRepo(hub, alice, { name: hidden, organization, private: true });
      const result = entryText({ dataset: 'alice/bench', value: 0.9 });
      const card = `---\nlicense: secret\nbase_model: alice/open\n---\n`;
      await commitFiles(hub, alice, { repo, files: { 'README.md': card, '.eval_results/a.yaml': result } });
      await askJson(hub, 'POST', `/api/models/${repo}/like`, { as: alice });
      await askJson(hub, 'POST', `/api/models/${repo}/discussions`, {
        as: alice,
        json: { title: 'Between us' },
      });
    }
    const after = await look();
    for (const [key, answer] of Object.entries(before)) assert.deepEqual(after[key], answer, key);
  }));
