import type { EvalSample } from '@assay/spec';
import { toHex } from './bytes.ts';
import type { CheckStep } from './check-bundle.ts';
import { createCompactTree } from './compact-tree.ts';
import { leafHash } from './merkle.ts';
import { toSampleLeaf } from './sample-leaf.ts';
import type { ResultStatement } from './statement.ts';

/** The log behind a statement, as far as who checks can get at it. */
export interface LogAccess {
  /** SHA-256 of its bytes, hex. */
  sha256: string;
  samples(): AsyncIterable<EvalSample>;
  /**
   * The metric counted anew from the samples' answers. A text says why that cannot be done, e.g. that a model judged.
   * Handed in, as counting is the engine's trade.
   */
  rescore(statement: ResultStatement): Promise<number | string>;
}

/** The steps that need the log. @param log null, or why there is none */
export async function checkLogFile(
  statement: ResultStatement | undefined,
  log: LogAccess | string,
  sampleSalt?: Uint8Array,
): Promise<CheckStep[]> {
  const names = ['log', 'samples', 'score'] as const;
  if (!statement || typeof log === 'string') {
    const detail = statement ? String(log) : 'the statement could not be opened';
    return names.map((name) => ({ name, outcome: 'not-possible', detail }));
  }
  const { predicate } = statement;
  if (log.sha256 !== predicate.log.sha256) {
    const detail = `the log has SHA-256 ${log.sha256}, the statement is about ${predicate.log.sha256}`;
    return [
      { name: 'log', outcome: 'failed', code: 'log-mismatch', detail },
      { name: 'samples', outcome: 'not-possible', detail: 'this is another log' },
      { name: 'score', outcome: 'not-possible', detail: 'this is another log' },
    ];
  }
  return [
    { name: 'log', outcome: 'done', detail: `SHA-256 ${log.sha256}` },
    await checkSamples(statement, log, sampleSalt),
    await checkScore(statement, log),
  ];
}

async function checkSamples(
  { predicate }: ResultStatement,
  log: LogAccess,
  salt: Uint8Array | undefined,
): Promise<CheckStep> {
  const name = 'samples';
  const { samples } = predicate;
  if (samples.salted && !salt)
    return {
      name,
      outcome: 'not-possible',
      detail: 'the samples are committed to under a salt that is not here',
    };
  const tree = createCompactTree();
  for await (const sample of log.samples())
    tree.append(leafHash(toSampleLeaf(sample, samples.salted ? salt : undefined)));
  if (tree.size() === samples.leaves && toHex(tree.root()) === samples.root)
    return { name, outcome: 'done', detail: `${samples.leaves} samples have the root that was signed` };
  const detail = `the ${tree.size()} samples of the log have not the root that was signed over ${samples.leaves}`;
  return { name, outcome: 'failed', code: 'samples-mismatch', detail };
}

/** Room for the order in which floating point adds. */
const within = 1e-9;

async function checkScore(statement: ResultStatement, log: LogAccess): Promise<CheckStep> {
  const name = 'score';
  const { metric } = statement.predicate;
  const counted = await log.rescore(statement);
  if (typeof counted === 'string') return { name, outcome: 'not-possible', detail: counted };
  const detail = `${metric.name} counted anew is ${counted}`;
  if (Math.abs(counted - metric.value) <= within * Math.max(1, Math.abs(metric.value)))
    return { name, outcome: 'done', detail };
  return { name, outcome: 'failed', code: 'score-mismatch', detail: `${detail}, signed was ${metric.value}` };
}
