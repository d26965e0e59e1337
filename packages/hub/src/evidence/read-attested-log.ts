import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { openLog, type RunPlan } from '@assay/engine';
import { createCompactTree, leafHash, toSampleLeaf } from '@assay/proof';
import { type EvalLogHeader, type EvalSample, readPlan } from '@assay/spec';

/** All that a statement says of a log, read in one walk that holds one sample at a time. */
export interface AttestedLog {
  header: EvalLogHeader;
  /** The frozen plan of the engine; null in logs of other makers. */
  plan: RunPlan | null;
  sha256: string;
  /** Bytes. */
  size: number;
  mediaType: string;
  /** Merkle root over the samples' leaves in the log's order, hex. */
  root: string;
  leaves: number;
  /** `model` or `model via provider`, as the answers said. */
  answered: string[];
}

/** @param salt of logs whose questions are not public @throws EngineError when it is no log */
export async function readAttestedLog(path: string, salt?: Uint8Array): Promise<AttestedLog> {
  const log = await openLog(path);
  try {
    const header = await log.header();
    const tree = createCompactTree();
    const answered = new Set<string>();
    for await (const sample of log.samples()) {
      tree.append(leafHash(toSampleLeaf(sample, salt)));
      const who = answererOf(sample);
      if (who) answered.add(who);
    }
    return {
      header,
      plan: readPlan(header) as RunPlan | null,
      sha256: await digestOfFile(path),
      size: (await stat(path)).size,
      mediaType: log.format === 'eval' ? 'application/zip' : 'application/json',
      root: Buffer.from(tree.root()).toString('hex'),
      leaves: tree.size(),
      answered: [...answered].sort(),
    };
  } finally {
    await log.close();
  }
}

function answererOf({ output }: EvalSample): string | null {
  if (!output?.model) return null;
  const provider = output.metadata?.provider;
  return typeof provider === 'string' ? `${output.model} via ${provider}` : output.model;
}

async function digestOfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}
