import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCommit } from './commits.ts';

const repo = { type: 'model', name: 'org/m' } as const;
type Row = { method: string; path: string; body: string; auth: boolean };

/** A hub that calls `*.bin` large and answers like the real one. */
function createFakeHub(): { rows: Row[]; fetch: typeof fetch } {
  const rows: Row[] = [];
  const answer = async (input: unknown, init: RequestInit = {}): Promise<Response> => {
    const url = new URL(String(input));
    const body = await new Response(init.body ?? '').text();
    const auth = 'authorization' in (init.headers as Record<string, string>);
    rows.push({ method: init.method ?? 'GET', path: url.pathname + url.search, body, auth });
    if (url.pathname.includes('/preupload/')) {
      const asked = (JSON.parse(body) as { files: { path: string }[] }).files;
      const mode = (path: string) => (path.endsWith('.bin') ? 'lfs' : 'regular');
      return Response.json({ files: asked.map(({ path }) => ({ path, uploadMode: mode(path) })) });
    }
    if (url.pathname.endsWith('/objects/batch')) {
      const { oid } = (JSON.parse(body) as { objects: { oid: string }[] }).objects[0]!;
      const actions = {
        upload: { href: 'http://store.test/put' },
        verify: { href: 'http://hub.test/verify' },
      };
      return Response.json({ objects: [{ oid, actions }] });
    }
    if (url.pathname.includes('/commit/')) {
      const pullRequestUrl = url.searchParams.has('create_pr')
        ? 'http://hub.test/org/m/discussions/7'
        : undefined;
      return Response.json({
        commitOid: 'c'.repeat(40),
        commitUrl: 'http://hub.test/org/m/commit/c',
        pullRequestUrl,
      });
    }
    return new Response('');
  };
  return { rows, fetch: answer as typeof fetch };
}

test('a commit uploads what is large first and sends the rest inside the commit', async () => {
  const hub = createFakeHub();
  const connection = { endpoint: 'http://hub.test', token: 'hf_x', fetch: hub.fetch };
  const answer = await createCommit(connection, repo, {
    summary: 'Add',
    parentCommit: 'b'.repeat(40),
    changes: [
      { kind: 'put', path: 'a.bin', content: new Uint8Array([1, 2, 3]) },
      { kind: 'put', path: 'a.txt', content: 'text' },
      { kind: 'delete', path: 'old.txt' },
    ],
  });
  assert.equal(answer.pullRequest, undefined);
  assert.deepEqual(
    hub.rows.map((row) => `${row.method} ${row.path} ${row.auth}`),
    [
      'POST /api/models/org/m/preupload/main true',
      'POST /org/m.git/info/lfs/objects/batch true',
      'PUT /put false',
      'POST /verify true',
      'POST /api/models/org/m/commit/main true',
    ],
  );
  const lines = hub.rows
    .at(-1)!
    .body.trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { key: string });
  assert.deepEqual(
    lines.map((line) => line.key),
    ['header', 'lfsFile', 'file', 'deletedFile'],
  );
});

test('a pull request’s number is read from its URL', async () => {
  const hub = createFakeHub();
  const connection = { endpoint: 'http://hub.test', fetch: hub.fetch };
  const changes = [{ kind: 'put', path: '.eval_results/x.yaml', content: '[]' } as const];
  const answer = await createCommit(connection, repo, { summary: 'Add', createPullRequest: true, changes });
  assert.equal(answer.pullRequest?.num, 7);
  assert.ok(hub.rows.every((row) => row.path.endsWith('create_pr=1')));
});
