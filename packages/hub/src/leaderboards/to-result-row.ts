import { formatNotes, type Setup, toWireDate } from '@assay/spec';
import { toLogFigures } from './log-figures.ts';
import type { FoundResult } from './result-query.ts';
import { type ApiVerification, isVerified, toVerification } from './verification.ts';

/** A result as Assay's own API tells it: where it stands, and all that its number rests on. */
export interface ApiResult {
  id: string;
  model: string;
  modelAuthor: string;
  dataset: string;
  taskId: string;
  revision?: string;
  /** The commit that `revision` names in the benchmark's repo, when it is here. */
  revisionCommit?: string;
  /** Standing of the benchmark it names; `absent`: its dataset is not on this hub. */
  benchmarkStanding?: FoundResult['benchmark'];
  value: number;
  /** As the file writes it: what is shown. */
  valueText: string;
  standing: 'verified' | 'merged' | 'community' | 'closed';
  pullRequest?: number;
  filename: string;
  commit: string;
  /** ISO time. */
  date: string;
  dateInferred: boolean;
  source?: { url: string; name?: string; user?: string; org?: string };
  notes?: string;
  setup: Setup;
  setupText: string;
  setupClass: string;
  /** Of a result that carries a token: what became of it. */
  verification?: ApiVerification;
  /** Digest of the log behind it, when the hub keeps that log for this model and benchmark. */
  evidence?: string;
  author?: string;
  n?: number;
  correct?: number;
  stderr?: number;
}

export function toResultRow(found: FoundResult): ApiResult {
  return {
    id: found.id,
    model: found.model,
    modelAuthor: found.modelAuthor.name,
    dataset: found.dataset,
    taskId: found.taskId,
    ...(found.revision && { revision: found.revision }),
    ...(found.revisionCommit && { revisionCommit: found.revisionCommit }),
    benchmarkStanding: found.benchmark,
    value: found.value,
    valueText: found.valueText,
    standing: isVerified(found) ? 'verified' : found.standing,
    ...(found.scope > 0 && { pullRequest: found.scope }),
    filename: found.filename,
    commit: found.commit,
    date: toWireDate(found.datedAt),
    dateInferred: found.dateInferred,
    ...(found.source && { source: found.source }),
    ...(found.notes && { notes: found.notes }),
    setup: found.setup,
    setupText: formatNotes(found.setup),
    setupClass: found.setupClass,
    ...(found.verdict && { verification: toVerification(found.verdict) }),
    ...(found.author && { author: found.author }),
    ...(found.evidenceDigest && { evidence: found.evidenceDigest }),
    ...toLogFigures(found.value, found.valueText, found.evidenceResults?.results),
  };
}
