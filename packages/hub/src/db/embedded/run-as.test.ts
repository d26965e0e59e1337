import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { HubError } from '../../errors.ts';
import { firstClosedFolder, planRunAs } from './run-as.ts';

async function nested(): Promise<{ outer: string; inner: string }> {
  const outer = await mkdtemp(join(tmpdir(), 'assay-closed-'));
  const inner = join(outer, 'a', 'b');
  await mkdir(inner, { recursive: true });
  return { outer, inner };
}

test('the first closed folder on the way is found, for those it is closed to', async () => {
  const { outer, inner } = await nested();
  const stranger = 65_533;
  await chmod(outer, 0o700);
  assert.equal(await firstClosedFolder(inner, stranger, stranger), outer);
  assert.equal(await firstClosedFolder(inner, process.getuid!(), process.getgid!()), null);
  await chmod(outer, 0o711);
  assert.equal(await firstClosedFolder(inner, stranger, stranger), null);
  await rm(outer, { recursive: true });
});

test('a hub that is not root starts PostgreSQL as itself', async () => {
  assert.deepEqual(await planRunAs(1000, 65_534, ['/nowhere']), { prefix: [], ids: {}, owner: null });
});

test('a root hub names the closed folder when no way leads in', async (context) => {
  const { outer, inner } = await nested();
  await chmod(outer, 0o700);
  const searchPath = process.env.PATH;
  process.env.PATH = '/nowhere'; // no setpriv
  context.after(() => {
    process.env.PATH = searchPath;
  });
  await assert.rejects(planRunAs(0, 65_533, [inner]), (error) => {
    assert.ok(error instanceof HubError);
    assert.equal(error.code, 'postgres-unavailable');
    assert.ok(error.message.includes(outer) && error.hint?.includes(outer));
    return true;
  });
  await rm(outer, { recursive: true });
});
