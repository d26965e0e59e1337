import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { readModelResults } from '@assay/client';
import { attestResult } from '../../packages/hub/src/testing/attested-result.ts';
import { commitFiles } from '../../packages/hub/src/testing/hub-client.ts';
import { visitHub } from '../../packages/hub/src/testing/with-hub.ts';
import { assayHere, stepsOf } from '../support/assay-here.ts';
import { startTestHub } from '../support/hub.ts';
import { stackEnds } from '../support/shared-place.ts';

const SECRET = 'hf_markedTokenOfAnotherHub';
/** More than anybody may be made to read of an answer. */
const TOO_MUCH = 64 * 2 ** 20;

/** A server that answers as it is told, and counts what it was asked and how much it said. */
async function startLiar(t: Pick<TestContext, 'after'>) {
  const seen = { paths: [] as string[], headers: [] as IncomingMessage['headers'][], bytes: 0 };
  let answer = (_request: IncomingMessage, response: ServerResponse): unknown => response.end();
  const server: Server = createServer((request, response) => {
    seen.paths.push(request.url!);
    seen.headers.push(request.headers);
    response.on('error', () => undefined);
    void answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  /** Says one piece again and again until nobody listens. */
  const endless = (response: ServerResponse, piece: Buffer) => {
    response.on('drain', more);
    function more(): void {
      while (!response.destroyed && response.write(piece)) seen.bytes += piece.byteLength;
      seen.bytes += piece.byteLength;
    }
    more();
  };
  return {
    url,
    seen,
    endless,
    says(next: typeof answer) {
      answer = next;
      Object.assign(seen, { paths: [], headers: [], bytes: 0 });
    },
  };
}

type Lie = (path: string, response: ServerResponse) => boolean;

test('assay verify ADDRESS: proofs of a hub are checked here, and a hostile hub gets nowhere', async (context) => {
  const t = stackEnds(context);
  const hub = await startTestHub(t);
  const visit = await visitHub(hub);
  t.after(visit.close);
  const alice = await visit.user('alice');
  const { entry } = await attestResult(visit, alice);
  await commitFiles(visit, alice, { repo: 'alice/m', files: { '.eval_results/sums.yaml': entry } });
  await visit.context.tlog.flush();
  const vkey = visit.context.tlog.verifierKey;
  const { results } = await readModelResults({ endpoint: hub.url }, 'alice/m');
  const id = results[0]!.id;
  const liar = await startLiar(t);
  const other = await startLiar(t);
  // The configured hub is another one: nothing of it, its token neither, is used for the address.
  const env = { HF_ENDPOINT: other.url, HF_TOKEN: SECRET };
  const verify = (address: string, key = vkey) => assayHere(['verify', address, '--vkey', key], env);

  for (const path of [`/results/${id}`, '/alice/m', `/results/${id}/?tab=proof#x`]) {
    const { code, text } = await verify(`${hub.url}${path}`);
    assert.equal(code, 0, text);
    assert.deepEqual([stepsOf(text).token, stepsOf(text).samples], ['done', 'done'], path);
  }
  assert.deepEqual(other.seen.paths, []);

  /** The true hub through the liar, who lies where he likes. */
  const through = async (lie: Lie, path: string, key?: string) => {
    liar.says(async (request, response) => {
      if (lie(request.url!, response)) return;
      const told = await fetch(hub.url + request.url);
      response.writeHead(told.status, { 'content-type': told.headers.get('content-type') ?? '' });
      response.end(Buffer.from(await told.arrayBuffer()));
    });
    const told = await verify(`${liar.url}${path}`, key);
    assert.ok(
      !JSON.stringify(liar.seen.headers).includes(SECRET),
      'the token is for the configured hub alone',
    );
    assert.deepEqual(other.seen.paths, [], 'nobody else was asked');
    return told;
  };
  const isBundle = (path: string) => path.endsWith('/bundle');
  const isLog = (path: string) => path.endsWith('/file');
  const isList = (path: string) => path.endsWith('/models/alice/m/results');
  const page = `/results/${id}`;

  const honest = await through(() => false, page);
  assert.equal(honest.code, 0, honest.text);

  const away =
    (when: (path: string) => boolean): Lie =>
    (path, response) => {
      if (when(path)) response.writeHead(302, { location: `${other.url}/latest/meta-data` }).end();
      return when(path);
    };
  const sent = await through(away(isBundle), page);
  assert.deepEqual([sent.code, stepsOf(sent.text)], [1, {}], sent.text);
  assert.match(sent.text, /does NOT hold: .* sends to another place/);
  const sentForLog = await through(away(isLog), page);
  assert.deepEqual([sentForLog.code, stepsOf(sentForLog.text).log], [0, 'not possible'], sentForLog.text);
  assert.equal((await through(away(isList), '/alice/m')).code, 1);
  const round: Lie = (path, response) => {
    if (isBundle(path)) response.writeHead(302, { location: path }).end();
    return isBundle(path);
  };
  assert.match((await through(round, page)).text, /redirects in a circle/);

  const flood =
    (when: (path: string) => boolean, piece: Buffer): Lie =>
    (path, response) => {
      if (when(path)) liar.endless(response.writeHead(200, { 'content-type': 'application/json' }), piece);
      return when(path);
    };
  const blanks = Buffer.alloc(2 ** 16, ' ');
  for (const [when, path] of [
    [isBundle, page],
    [isList, '/alice/m'],
    [isLog, page],
  ] as const) {
    const { code, text } = await through(flood(when, blanks), path);
    assert.equal(code, 1, text);
    if (when === isLog) assert.equal(stepsOf(text).log, 'FAILED', 'longer than its statement says');
    else assert.match(text, /is longer than \d+ bytes/);
    assert.ok(liar.seen.bytes < TOO_MUCH, `${liar.seen.bytes} bytes were taken`);
  }

  const html =
    (when: (path: string) => boolean): Lie =>
    (path, response) => {
      if (when(path)) response.writeHead(200, { 'content-type': 'text/html' }).end('<html>hello</html>');
      return when(path);
    };
  const noBundle = await through(html(isBundle), page);
  assert.deepEqual([noBundle.code, stepsOf(noBundle.text)], [1, {}]);
  assert.match(noBundle.text, /does NOT hold: bad-bundle/);
  assert.match((await through(html(isList), '/alice/m')).text, /the answer is not JSON/);
  const noLog = await through(html(isLog), page);
  assert.deepEqual([noLog.code, stepsOf(noLog.text).log], [1, 'FAILED'], noLog.text);

  // A result of a hub whose key one does not believe, and one of another hub under this one's name.
  const stranger = await startTestHub(t);
  const visitor = await visitHub(stranger);
  t.after(visitor.close);
  const mallory = await visitor.user('alice');
  const forged = await attestResult(visitor, mallory);
  await commitFiles(visitor, mallory, {
    repo: 'alice/m',
    files: { '.eval_results/sums.yaml': forged.entry },
  });
  await visitor.context.tlog.flush();
  const [theirs] = (await readModelResults({ endpoint: stranger.url }, 'alice/m')).results;
  const bundle = await fetch(`${stranger.url}/api/assay/results/${theirs!.id}/bundle`);
  const bytes = Buffer.from(await bundle.arrayBuffer());
  const swapped: Lie = (path, response) => {
    if (isBundle(path)) response.end(bytes);
    return isBundle(path);
  };
  for (const told of [await verify(`${stranger.url}/results/${theirs!.id}`), await through(swapped, page)]) {
    assert.equal(told.code, 1, told.text);
    assert.equal(stepsOf(told.text).checkpoint, 'FAILED', told.text);
  }
});
