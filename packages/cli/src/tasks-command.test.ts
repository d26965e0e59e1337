import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { main } from './main.ts';
import type { Surroundings } from './surroundings.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-tasks-'));
  await write(
    'sums/eval.yaml',
    'tasks:\n  - {id: sums, field_spec: {}, solvers: [{name: generate}], scorers: [{name: match}]}\n',
  );
  await write('broken/eval.yaml', 'tasks: 7\n');
  await write('own.task.ts', 'throw new Error("listing runs no code")');
  const fields =
    'dataset_path: org/rows\ntest_split: test\noutput_type: generate_until\ndoc_to_text: "{{q}}"\n';
  await write('lm/plain.yaml', `task: plain_sums\n${fields}doc_to_target: "{{a}}"\n`);
  await write('lm/coded.yaml', `task: coded_sums\n${fields}doc_to_target: !function utils.target\n`);
});
after(() => rm(folder, { recursive: true, force: true }));

async function write(path: string, text: string): Promise<void> {
  await mkdir(join(folder, path, '..'), { recursive: true });
  await writeFile(join(folder, path), text);
}

async function list(...args: string[]): Promise<{ spec: string; because: string | null }[]> {
  let out = '';
  const surroundings: Surroundings = {
    env: {},
    exitCode: 0,
    columns: null,
    write: (text) => {
      out += text;
    },
    writeError: () => {},
    interrupted: () => new Promise(() => {}),
  };
  assert.equal(await main(['tasks', ...args, '--folder', folder, '--json'], surroundings), 0);
  return out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

test('tasks of folders, files and a checkout of lm-eval are listed, and what cannot run says why', async () => {
  const found = await list('list', '--tasks-path', join(folder, 'lm'));
  const short = found.map(({ spec, because }) => [spec.replace(`${folder}/`, ''), because === null]);
  assert.deepEqual(short.sort(), [
    ['broken', false],
    ['lm-eval/coded_sums', false],
    ['lm-eval/plain_sums', true],
    ['own.task.ts', true],
    ['sums#sums', true],
  ]);
  assert.match(found.find(({ spec }) => spec === 'lm-eval/coded_sums')!.because!, /utils\.target/);
});

test('search takes part of a name, and leaves out on demand what cannot run', async () => {
  const found = await list('search', '_SUMS', '--tasks-path', join(folder, 'lm'), '--runnable');
  assert.deepEqual(
    found.map(({ spec }) => spec),
    ['lm-eval/plain_sums'],
  );
});
