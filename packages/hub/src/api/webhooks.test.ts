import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { findRepo } from '../repos/require-repo.ts';
import { askJson, commitFiles, type Json, makeRepo, proposeFiles } from '../testing/hub-client.ts';
import { type Receiver, startReceiver } from '../testing/receiver.ts';
import { type TestHub, type TestUser, withHub } from '../testing/with-hub.ts';
import { announce } from '../webhooks/announce.ts';

const path = '/api/settings/webhooks';

/** A hub that may call one local receiver, and does not try again. */
async function withReceiver(
  work: (hub: TestHub, receiver: Receiver) => Promise<void>,
  ...answer: Parameters<typeof startReceiver>
): Promise<void> {
  const receiver = await startReceiver(...answer);
  const config = { webhookPrivateHosts: receiver.host, webhookTries: '1', publicUrl: 'http://hub.test' };
  await withHub((hub) => work(hub, receiver), { config }).finally(receiver.close);
}

async function watch(
  hub: TestHub,
  as: TestUser,
  url: string,
  watched: [string, string][],
  more = {},
): Promise<Json> {
  const json = { url, watched: watched.map(([type, name]) => ({ type, name })), ...more };
  const { status, body } = await askJson(hub, 'POST', path, { as, json });
  assert.equal(status, 200, JSON.stringify(body));
  return body.webhook;
}

const events = (receiver: Receiver) =>
  receiver.received.map(({ text }) => {
    const { event, repo } = JSON.parse(text);
    return `${event.action} ${event.scope} ${repo.name}`;
  });

// compat: webhooks.delivery
test('a webhook hears what happens to what it watches, signed, as clients read it', () =>
  withReceiver(async (hub, receiver) => {
    const [alice, bob] = [await hub.user('alice'), await hub.user('bob')];
    const made = await watch(hub, alice, `http://${receiver.host}/in`, [['user', 'alice']], {
      secret: 'hush',
    });
    assert.deepEqual([made.domains, made.disabled], [['repo', 'discussion'], false]);
    await makeRepo(hub, alice, { name: 'm' });
    await makeRepo(hub, bob, { name: 'unwatched' });
    const { commitOid } = await commitFiles(hub, alice, { repo: 'alice/m', files: { a: 'b' } });
    const num = await proposeFiles(hub, bob, { repo: 'alice/m', files: { c: 'd' }, title: 'Add c' });
    const talk = `/api/models/alice/m/discussions/${num}`;
    await askJson(hub, 'POST', `${talk}/comment`, { as: bob, json: { comment: 'please' } });
    await askJson(hub, 'POST', `${talk}/merge`, { as: alice });
    await askJson(hub, 'PUT', '/api/models/alice/m/settings', { as: alice, json: { private: true } });
    const move = { fromRepo: 'alice/m', toRepo: 'alice/n', type: 'model' };
    await askJson(hub, 'POST', '/api/repos/move', { as: alice, json: move });
    await askJson(hub, 'DELETE', '/api/repos/delete', { as: alice, json: { name: 'n' } });
    await receiver.until(10);
    assert.deepEqual(
      events(receiver).sort(),
      [
        'create repo alice/m',
        'update repo.content alice/m',
        'update repo.content alice/m',
        'create discussion alice/m',
        'create discussion.comment alice/m',
        'update discussion alice/m',
        'update repo.content alice/m',
        'update repo.config alice/m',
        'move repo alice/n',
        'delete repo alice/n',
      ].sort(),
    );
    const told = receiver.received.map(({ text }) => JSON.parse(text));
    const push = told.find(({ updatedRefs }) => updatedRefs?.[0]?.newSha === commitOid);
    assert.equal(push.repo.headSha, commitOid);
    assert.deepEqual(push.repo.url, {
      web: 'http://hub.test/alice/m',
      api: 'http://hub.test/api/models/alice/m',
    });
    assert.deepEqual(push.webhook, { id: made.id, version: 3 });
    const comment = told.find(({ event }) => event.scope === 'discussion.comment');
    assert.deepEqual(
      [comment.comment.content, comment.comment.author.id, comment.discussion.num, comment.discussion.title],
      ['please', bob.actor.id, num, 'Add c'],
    );
    for (const { headers, text } of receiver.received) {
      assert.equal(headers['x-webhook-secret'], 'hush');
      const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${text}`;
      const signature = createHmac('sha256', 'hush').update(signed).digest('base64');
      assert.equal(headers['webhook-signature'], `v1,${signature}`);
    }
  }));

test('nobody hears of a private repo that they may not see, whatever they watch', () =>
  withReceiver(async (hub, receiver) => {
    const [alice, eve, mate] = [await hub.user('alice'), await hub.user('eve'), await hub.user('mate')];
    await askJson(hub, 'POST', '/api/assay/orgs', { as: alice, json: { name: 'lab' } });
    const member = '/api/assay/orgs/lab/members/mate';
    await askJson(hub, 'PUT', member, { as: alice, json: { role: 'read' } });
    await watch(hub, eve, `http://${receiver.host}/eve`, [['org', 'lab']]);
    await watch(hub, mate, `http://${receiver.host}/mate`, [['org', 'lab']]);
    await makeRepo(hub, alice, { name: 'secret', organization: 'lab', private: true });
    const asked = await askJson(hub, 'POST', path, {
      as: eve,
      json: { url: 'http://example.org/', watched: [{ type: 'model', name: 'lab/secret' }] },
    });
    const missing = await askJson(hub, 'POST', path, {
      as: eve,
      json: { url: 'http://example.org/', watched: [{ type: 'model', name: 'lab/nothing' }] },
    });
    assert.deepEqual([asked.status, missing.status], [400, 400]);
    await receiver.until(1);
    await askJson(hub, 'DELETE', member, { as: alice });
    await commitFiles(hub, alice, { repo: 'lab/secret', files: { a: 'b' } });
    await makeRepo(hub, alice, { name: 'open', organization: 'lab' });
    await receiver.until(3);
    assert.deepEqual(
      receiver.received.map(({ path: to, text }) => `${to} ${JSON.parse(text).repo.name}`).sort(),
      ['/eve lab/open', '/mate lab/open', '/mate lab/secret'],
    );
  }));

test('a message whose reader lost the right before it was sent is withheld', () =>
  withReceiver(async (hub, receiver) => {
    const [alice, bob] = [await hub.user('alice'), await hub.user('bob')];
    await makeRepo(hub, alice, { name: 'm' });
    const { id } = await watch(hub, bob, `http://${receiver.host}/`, [['model', 'alice/m']]);
    const repo = (await findRepo(hub.context.db, 'model', 'alice/m'))!;
    // Told while it is public, private before any message can leave: both in one transaction.
    await hub.context.db.tx(async (tx) => {
      await announce(hub.context, tx, repo, { action: 'update', scope: 'repo.content' });
      await tx.query('UPDATE record.repos SET private = true WHERE id = $1', [repo.id]);
    });
    assert.equal(await untilStatus(hub, bob, id, (found) => found !== 'waiting'), 'withheld');
    assert.equal(receiver.received.length, 0);
  }));

async function untilStatus(
  hub: TestHub,
  as: TestUser,
  id: string,
  done: (status: string) => boolean,
): Promise<string> {
  for (;;) {
    const { body } = await askJson(hub, 'GET', `/api/assay/webhooks/${id}/deliveries`, { as });
    const status = body.deliveries[0]?.status ?? 'waiting';
    if (done(status)) return status;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

test('a message that fails to the last is given up, kept, and sent again on request', async () => {
  let broken = true;
  await withReceiver(
    async (hub, receiver) => {
      const alice = await hub.user('alice');
      await makeRepo(hub, alice, { name: 'm' });
      const { id } = await watch(hub, alice, `http://${receiver.host}/`, [['model', 'alice/m']]);
      await commitFiles(hub, alice, { repo: 'alice/m', files: { a: 'b' } });
      assert.equal(await untilStatus(hub, alice, id, (found) => found !== 'waiting'), 'given-up');
      const { body } = await askJson(hub, 'GET', `/api/assay/webhooks/${id}/deliveries`, { as: alice });
      const [message] = body.deliveries;
      assert.deepEqual([message.answer, message.attempts], ['status 500', 1]);
      broken = false;
      const again = `/api/assay/webhooks/${id}/deliveries/${message.id}/again`;
      assert.equal((await askJson(hub, 'POST', again, { as: alice })).status, 200);
      assert.equal(await untilStatus(hub, alice, id, (found) => found !== 'waiting'), 'delivered');
      assert.equal(receiver.received[0]!.headers['webhook-id'], receiver.received[1]!.headers['webhook-id']);
    },
    (_request, response) => response.writeHead(broken ? 500 : 200).end(),
  );
});

// compat: webhooks
test('webhooks are made, changed, switched and deleted by their owner alone', () =>
  withReceiver(async (hub, receiver) => {
    const [alice, bob] = [await hub.user('alice'), await hub.user('bob')];
    await makeRepo(hub, alice, { name: 'm' });
    const { id } = await watch(hub, alice, `http://${receiver.host}/`, [['model', 'alice/m']], {
      domains: ['discussions'],
    });
    assert.equal((await askJson(hub, 'GET', `${path}/${id}`, { as: bob })).status, 404);
    assert.deepEqual((await askJson(hub, 'GET', path, { as: bob })).body, []);
    assert.deepEqual((await askJson(hub, 'GET', path, { as: alice })).body[0].domains, ['discussion']);
    const off = await askJson(hub, 'POST', `${path}/${id}/disable`, { as: alice });
    assert.equal(off.body.webhook.disabled, true);
    const changed = await askJson(hub, 'POST', `${path}/${id}`, { as: alice, json: { domains: ['repo'] } });
    assert.deepEqual([changed.body.webhook.domains, changed.body.webhook.disabled], [['repo'], true]);
    for (const url of ['ftp://x/', 'http://u:p@x/', 'nothing', ''])
      assert.equal(
        (
          await askJson(hub, 'POST', path, {
            as: alice,
            json: { url, watched: [{ type: 'user', name: 'alice' }] },
          })
        ).status,
        400,
        url,
      );
    assert.equal((await askJson(hub, 'DELETE', `${path}/${id}`, { as: alice })).status, 200);
    assert.equal((await askJson(hub, 'GET', `${path}/${id}`, { as: alice })).status, 404);
  }));
