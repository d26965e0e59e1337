import { createWriteStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { toLogText } from './log-json.ts';
import type { LogReader } from './log-reader.ts';

/** Writes a log in the JSON format, sample by sample; the file appears when it is whole. */
export async function writeJsonLog(log: LogReader, path: string): Promise<void> {
  const hidden = `${path}.unfinished`;
  await pipeline(Readable.from(toJsonPieces(log)), createWriteStream(hidden));
  await rename(hidden, path);
}

async function* toJsonPieces(log: LogReader): AsyncIterable<string> {
  const header = toLogText(await log.header());
  yield `${header.slice(0, -1)},"samples":[`;
  let first = true;
  for await (const sample of log.samples()) {
    yield (first ? '\n' : ',\n') + toLogText(sample);
    first = false;
  }
  yield `],"reductions":${toLogText(await log.reductions())}}\n`;
}
