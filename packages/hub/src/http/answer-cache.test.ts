import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createDb } from '../db/create-db.ts';
import { commitFiles, entryText, evalYamlText, makeRepo } from '../testing/hub-client.ts';
import { type TestHub, type TestUser, withHub } from '../testing/with-hub.ts';
import { recordAnswer, replay } from './kept-answer.ts';
import { listen } from './server.ts';

const board = '/api/assay/benchmarks/owner/sums/board';

/** A hub with one board, on a port. `made` counts the answers that were not served from memory. */
async function withServed(
  work: (served: { url: string; hub: TestHub; owner: TestUser; made: () => number }) => Promise<void>,
): Promise<void> {
  await withHub(async (hub) => {
    const owner = await hub.user('owner');
    await makeRepo(hub, owner, { type: 'dataset', name: 'sums' });
    const files = { 'eval.yaml': evalYamlText };
    await commitFiles(hub, owner, { type: 'dataset', repo: 'owner/sums', files });
    await makeRepo(hub, owner, { name: 'm' });
    await setValue(hub, owner, 1);
    let made = 0;
    const counting = {
      ...hub,
      fetch: (...args: Parameters<typeof hub.fetch>) => {
        made += 1;
        return hub.fetch(...args);
      },
    };
    const server = await listen(counting, { port: 0, host: '127.0.0.1' });
    await work({ url: server.url, hub, owner, made: () => made }).finally(server.close);
  });
}

const setValue = (hub: TestHub, as: TestUser, value: number) =>
  commitFiles(hub, as, {
    repo: 'owner/m',
    files: { '.eval_results/x.yaml': entryText({ dataset: 'owner/sums', value }) },
  });

async function valuesAt(url: string, headers: Record<string, string> = {}): Promise<number[]> {
  const answer = await fetch(url + board, { headers });
  const { rows } = (await answer.json()) as { rows: { value: number }[] };
  return rows.map(({ value }) => value);
}

test('what nothing has changed is answered from memory, byte for byte, under a request id of its own', () =>
  withServed(async ({ url, made }) => {
    const answers: { text: string; id: string | null; type: string | null }[] = [];
    // The hub's own clockwork writes now and then: of many questions some find nothing changed.
    for (let times = 0; times < 20; times += 1) {
      const answer = await fetch(url + board);
      const { headers } = answer;
      answers.push({
        text: await answer.text(),
        id: headers.get('x-request-id'),
        type: headers.get('content-type'),
      });
    }
    assert.ok(made() < answers.length, `${made()} of ${answers.length} were made anew`);
    assert.equal(new Set(answers.map(({ text, type }) => `${type} ${text}`)).size, 1);
    assert.equal(new Set(answers.map(({ id }) => id)).size, answers.length);
  }));

test('of many who ask at once few make the answer, and all get it', () =>
  withServed(async ({ url, made, hub, owner }) => {
    const rounds: number[] = [];
    // The hub's own clockwork writes now and then, and on a busy machine between many: of some rounds one is undisturbed.
    for (const value of [2, 3, 4, 5]) {
      await setValue(hub, owner, value);
      const before = made();
      const answers = await Promise.all(Array.from({ length: 40 }, () => valuesAt(url)));
      for (const answer of answers) assert.deepEqual(answer, [value]);
      rounds.push(made() - before);
    }
    assert.ok(Math.min(...rounds) < 40 / 2, `${rounds} of 40 were made`);
  }));

test('whoever asks after a change was acknowledged sees it, whichever process made it', () =>
  withServed(async ({ url, hub, owner }) => {
    const other = createDb(hub.context.config.databaseUrl!, { connections: 1 });
    try {
      let acknowledged = 1;
      let done = false;
      const readers = Array.from({ length: 2 }, async () => {
        while (!done) {
          await sleep(5); // leaves the writers their turn
          const before = acknowledged;
          const [value = 0] = await valuesAt(url);
          assert.ok(value >= before, `${before} was acknowledged, ${value} was shown`);
        }
      });
      for (let value = 2; value <= 6; value += 1) {
        await setValue(hub, owner, value);
        acknowledged = value;
      }
      done = true;
      await Promise.all(readers);
      await other.query('UPDATE record.repos SET private = true WHERE name = $1', ['m']);
      assert.deepEqual(await valuesAt(url), [], 'hidden at once');
    } finally {
      await other.close();
    }
  }));

test('who says who they are is never answered from what others were, nor others from that', () =>
  withServed(async ({ url, hub, owner }) => {
    await hub.context.db.query('UPDATE record.repos SET private = true WHERE name = $1', ['m']);
    const authorization = { authorization: `Bearer ${owner.token}` };
    for (let times = 0; times < 3; times += 1) {
      assert.deepEqual(await valuesAt(url, authorization), [1]);
      assert.deepEqual(await valuesAt(url), []);
    }
    assert.equal((await fetch(url + board, { headers: { authorization: 'Bearer hf_wrong' } })).status, 401);
    const other = await fetch(url + board, { headers: { cookie: 'assay_session=wrong' } });
    assert.equal(other.status, 200);
  }));

test('a page sent again has another nonce; what sets a cookie, fails or is too long is not kept', async () => {
  const answers: Record<string, [status: number, headers: Record<string, string>, body: string]> = {
    page: [
      200,
      { 'content-security-policy': "script-src 'nonce-abc+/='" },
      '<script nonce="abc+/=">1</script><script nonce="abc+/=">2</script>',
    ],
    cookie: [200, { 'set-cookie': 'a=b' }, 'x'],
    failure: [500, {}, 'x'],
    long: [200, {}, 'x'.repeat(2_000)],
  };
  const kept = new Map<string, Awaited<ReturnType<typeof recordAnswer>>>();
  const server = createServer(async (request, response) => {
    const name = request.url!.slice(1);
    const known = kept.get(name);
    if (known) return replay(known, request, response);
    const recording = recordAnswer(response, 1_000);
    const [status, headers, body] = answers[name]!;
    response.writeHead(status, headers);
    response.write(body.slice(0, 10));
    response.end(body.slice(10));
    kept.set(name, await recording);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const ask = async (name: string) => {
    const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/${name}`);
    return { policy: answer.headers.get('content-security-policy'), body: await answer.text() };
  };
  try {
    for (const name of ['cookie', 'failure', 'long']) {
      await ask(name);
      assert.equal(kept.get(name), null, name);
    }
    await ask('page');
    const [first, second] = [await ask('page'), await ask('page')];
    const nonceOf = ({ policy }: { policy: string | null }) => /'nonce-([^']+)'/.exec(policy!)![1]!;
    assert.equal(new Set(['abc+/=', nonceOf(first), nonceOf(second)]).size, 3);
    for (const one of [first, second])
      assert.equal(one.body.replaceAll(nonceOf(one), 'abc+/='), answers.page![2]);
  } finally {
    server.close();
  }
});
