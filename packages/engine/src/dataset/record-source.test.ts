import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { pythonStr } from '../semantics/python/values.ts';
import type { DataRecord } from '../semantics/sample.ts';
import type { DatasetFiles } from './dataset-files.ts';
import { openFolderDataset } from './folder-dataset.ts';
import { openRecords } from './record-source.ts';

describe('the records of a split', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'assay-data-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  async function write(name: string, content: string | Buffer): Promise<DatasetFiles> {
    const own = await mkdtemp(join(folder, 'd-'));
    await writeFile(join(own, name), content);
    return openFolderDataset(own);
  }

  async function readAll(files: DatasetFiles, split = 'test'): Promise<DataRecord[]> {
    const source = await openRecords(files, 'default', split);
    const records: DataRecord[] = [];
    for await (const record of source.records()) records.push(record);
    assert.equal(await source.count(), records.length);
    assert.equal(await source.count(1), Math.min(1, records.length));
    return records;
  }

  it('come from JSONL, plain and compressed', async () => {
    const text = '\ufeff{"a": 1, "b": "x\u2028y"}\r\n\n{"a": 2.0, "b": "é"}';
    for (const [name, bytes] of [
      ['test.jsonl', Buffer.from(text)],
      ['test.jsonl.gz', gzipSync(text)],
      ['test.jsonl.zst', zstdCompressSync(Buffer.from(text))],
    ] as const) {
      const records = await readAll(await write(name, bytes));
      assert.deepEqual(
        records.map((record) => [pythonStr(record.a), record.b]),
        [
          ['1', 'x\u2028y'],
          ['2.0', 'é'],
        ],
      );
    }
    await assert.rejects(readAll(await write('test.jsonl', '{"a":1}\n{"a":')), {
      code: 'dataset-unreadable',
      message: /test\.jsonl:2/,
    });
  });

  it('come from JSON lists and columns', async () => {
    assert.deepEqual(await readAll(await write('test.json', '[{"a":1},\n{"a":2}]')), [{ a: 1 }, { a: 2 }]);
    assert.deepEqual(await readAll(await write('test.json', '{"a":[1,2],\n"b":[3,4]}')), [
      { a: 1, b: 3 },
      { a: 2, b: 4 },
    ]);
  });

  it('come from CSV with the types its columns allow', async () => {
    const text = 'id,name,score,ok,gap\n1,"Smith, ""J""",1.5,True,3\n2,"two\nlines",2,False,\n';
    const records = await readAll(await write('test.csv', text));
    assert.deepEqual(
      records.map((record) => Object.values(record).map(pythonStr)),
      [
        ['1', 'Smith, "J"', '1.5', 'True', '3.0'],
        ['2', 'two\nlines', '2.0', 'False', 'None'],
      ],
    );
    assert.deepEqual(await readAll(await write('test.tsv', 'a\tb\n1\tx\n')), [{ a: 1, b: 'x' }]);
    await assert.rejects(readAll(await write('test.csv', 'a,b\n1,2,3\n')), { code: 'dataset-unreadable' });
  });

  it('come from Parquet, reading only the row groups that are needed', async () => {
    const count = 10_000;
    const buffer = parquetWriteBuffer({
      columnData: [
        {
          name: 'question',
          data: Array.from(
            { length: count },
            (_n, at) => `Question ${at} ${randomBytes(150).toString('hex')}`,
          ),
        },
        { name: 'answer', data: Array.from({ length: count }, (_n, at) => at), type: 'INT32' },
        { name: 'weight', data: Array.from({ length: count }, (_n, at) => at / 2), type: 'DOUBLE' },
        { name: 'choices', data: Array.from({ length: count }, (_n, at) => [`a${at}`, `b${at}`]) },
      ],
      rowGroupSize: 1000,
    });
    const files = await write('test.parquet', Buffer.from(buffer));
    let fetched = 0;
    const counting: DatasetFiles = {
      ...files,
      async open(path, range) {
        fetched += (range?.end ?? 0) - (range?.start ?? 0);
        return files.open(path, range);
      },
    };
    const source = await openRecords(counting, 'default', 'test');
    assert.equal(await source.count(), count);
    const first: DataRecord[] = [];
    for await (const record of source.records()) if (first.push(record) === 3) break;
    assert.ok(fetched < buffer.byteLength / 2, `${fetched} of ${buffer.byteLength} bytes`);
    assert.equal(pythonStr(first[2]?.answer), '2');
    assert.equal(pythonStr(first[2]?.weight), '1.0');
    assert.deepEqual(first[2]?.choices, ['a2', 'b2']);
    const all = await readAll(files);
    assert.equal(all.length, count);
    assert.equal(all[9999]?.answer, 9999);
    await assert.rejects(readAll(await write('test.parquet', 'no table at all')), {
      code: 'dataset-unreadable',
    });
  });
});
