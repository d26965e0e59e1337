import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createPromptFiles, type SmallFiles, sideBySide } from './small-files.ts';

/** A clock on which everything takes so many milliseconds. */
function createClock(step: number) {
  let time = 0;
  return () => {
    time += step;
    return time;
  };
}

const ways: [name: string, files: SmallFiles][] = [
  ['side by side', sideBySide],
  ['at once', createPromptFiles(createClock(0))],
  ['at once, with a turn for others each time', createPromptFiles(createClock(0.2))],
  ['at once from a slow disk', createPromptFiles(createClock(20))],
];

for (const [name, files] of ways) {
  test(`${name}: many files, each with its own bytes; what is none, is no file`, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'assay-small-files-'));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    const path = (at: number) => join(folder, String(at));
    const count = 400;
    for (let at = 0; at < count; at += 1) writeFileSync(path(at), `content ${at}`);
    const toText = (bytes: Buffer) => bytes.toString();
    const read = await Promise.all(Array.from({ length: count }, (_, at) => files.read(path(at), toText)));
    assert.deepEqual(
      read,
      Array.from({ length: count }, (_, at) => `content ${at}`),
    );
    mkdirSync(join(folder, 'inner'));
    writeFileSync(join(folder, 'empty'), '');
    writeFileSync(join(folder, 'long'), Buffer.alloc(32 * 1024));
    assert.equal(await files.read(join(folder, 'none'), toText), null);
    assert.equal(await files.read(join(folder, 'inner'), toText), null);
    assert.equal(await files.read(join(folder, 'empty'), toText), '');
    assert.equal(await files.read(join(folder, 'long'), toText), 'unclear');
    const refuse = () => {
      throw new Error('not a file of ours');
    };
    assert.equal(await files.read(path(1), refuse), 'unclear');
    assert.equal((await files.list(folder))?.length, count + 3);
    assert.equal(await files.list(join(folder, 'none')), null);
  });
}

test('while files are read at once, others get their turn', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-small-files-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'a'), 'a');
  const files = createPromptFiles(createClock(0.2)); // each 25th file or so is more than 5 ms after the last turn
  let turns = 0;
  let done = false;
  const others = () => {
    turns += 1;
    if (!done) setImmediate(others);
  };
  setImmediate(others);
  for (let at = 0; at < 200; at += 1) await files.read(join(folder, 'a'), String);
  done = true;
  assert.ok(turns >= 4, `${turns} turns`);
});
