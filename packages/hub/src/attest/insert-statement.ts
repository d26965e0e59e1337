import type { ResultPredicate } from '@assay/proof';
import { parseNotes, setupClass } from '@assay/spec';
import type { Tx } from '../db/sql.ts';

/** A statement as it is kept, whoever signed it. */
export interface NewStatement {
  digest: string;
  issuerId: string;
  kid: string;
  payload: Uint8Array;
  envelope: object;
  predicate: ResultPredicate;
  token: string;
  tokenDigest: string;
  modelRepoId: string;
  datasetRepoId: string | null;
  jobId: string | null;
  sampleSalt: Uint8Array | null;
  /** Ids in `record.tlog_queue`. */
  statementLeaf: number;
  tokenLeaf: number;
  /** What the log of another issuer said when it was pulled. */
  provenance: object | null;
}

export async function insertStatement(tx: Tx, statement: NewStatement): Promise<void> {
  const { predicate, envelope, payload, sampleSalt, provenance } = statement;
  const columns: Record<string, unknown> = {
    digest: statement.digest,
    issuer_id: statement.issuerId,
    kid: statement.kid,
    payload: Buffer.from(payload),
    envelope: JSON.stringify(envelope),
    token: statement.token,
    token_digest: statement.tokenDigest,
    dataset_name: predicate.benchmark.dataset,
    task_id: predicate.benchmark.task,
    revision: predicate.benchmark.commit,
    value: predicate.metric.reported,
    setup_class: setupClass(parseNotes(predicate.setup.text).setup),
    model_repo_id: statement.modelRepoId,
    dataset_repo_id: statement.datasetRepoId,
    evidence_digest: predicate.log.sha256,
    job_id: statement.jobId,
    sample_salt: sampleSalt && Buffer.from(sampleSalt),
    statement_leaf: statement.statementLeaf,
    token_leaf: statement.tokenLeaf,
    provenance: provenance && JSON.stringify(provenance),
  };
  const names = Object.keys(columns);
  await tx.query(
    `INSERT INTO record.statements (${names.join(', ')}) VALUES (${names.map((_, at) => `$${at + 1}`).join(', ')})`,
    Object.values(columns),
  );
}
