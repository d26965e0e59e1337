import { createHash } from 'node:crypto';
import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { EngineError } from '../engine-error.ts';
import type { LogReader } from '../log/log-reader.ts';
import {
  type Publisher,
  toAggregate,
  toClaims,
  toCollection,
  toExportId,
  toInstances,
  toModelId,
} from './every-eval-ever.ts';

/**
 * Writes a log as the two files of Every Eval Ever, where its datastore wants them:
 * `FOLDER/data/COLLECTION/DEVELOPER/MODEL/UUID.json` and `UUID_samples.jsonl`. Samples pass through one by one; both
 * files appear whole, the instances first.
 * @returns both paths, the aggregate first
 * @throws EngineError `log-unfinished` when the log holds no number
 */
export async function writeEveryEvalEver(
  log: LogReader,
  folder: string,
  publisher: Publisher,
): Promise<{ aggregate: string; instances: string; left: number }> {
  const header = await log.header();
  if (toClaims(header).length === 0) {
    throw new EngineError(
      'log-unfinished',
      'the log holds no metric, and a record without one says nothing',
      {
        hint: 'finish or score the run first: assay eval-retry, assay score',
      },
    );
  }
  const model = publisher.modelId ?? toModelId(header.eval.model);
  const [developer = 'unknown', ...rest] = model.split('/');
  const name = rest.join('_').replaceAll(/[^\w.-]+/g, '_');
  const place = join('data', toCollection(header), developer, name);
  const id = toExportId(header);
  const [aggregate, instances] = [
    join(folder, place, `${id}.json`),
    join(folder, place, `${id}_samples.jsonl`),
  ];
  await mkdir(dirname(aggregate), { recursive: true });
  const fresh = `${instances}.${process.pid}.new`;
  try {
    const written = await writeInstances(log, fresh, publisher);
    await rename(fresh, instances);
    const record = {
      ...toAggregate(header, publisher, new Date()),
      detailed_evaluation_results: {
        format: 'jsonl',
        file_path: join(place, basename(instances)),
        hash_algorithm: 'sha256',
        checksum: written.checksum,
        total_rows: written.rows,
        additional_details: { samples_without_score: String(written.left) },
      },
    };
    await writeFile(fresh, `${JSON.stringify(record, null, 2)}\n`);
    await rename(fresh, aggregate);
    return { aggregate, instances, left: written.left };
  } finally {
    await rm(fresh, { force: true });
  }
}

async function writeInstances(
  log: LogReader,
  path: string,
  publisher: Publisher,
): Promise<{ rows: number; left: number; checksum: string }> {
  const header = await log.header();
  const hash = createHash('sha256');
  const file = await open(path, 'w');
  let [rows, left] = [0, 0];
  try {
    for await (const sample of log.samples()) {
      const own = toInstances(sample, header, publisher);
      if (own.length === 0) left++;
      rows += own.length;
      const text = own.map((instance) => `${JSON.stringify(instance)}\n`).join('');
      hash.update(text);
      await file.write(text);
    }
  } finally {
    await file.close();
  }
  return { rows, left, checksum: hash.digest('hex') };
}
