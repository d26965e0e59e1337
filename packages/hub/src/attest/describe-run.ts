import { createHash } from 'node:crypto';
import type { ResultPredicate } from '@assay/proof';
import {
  CodedError,
  canonicalJson,
  formatNotes,
  parseLeaderboardYaml,
  readRunFacts,
  toClaimedMetric,
  toObjections,
  type ValueRule,
} from '@assay/spec';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import type { AttestedLog } from '../evidence/read-attested-log.ts';
import type { GitReader } from '../git/reader.ts';
import type { AttestedRun } from './attested-run.ts';
import { issuerName } from './issuer-name.ts';

const sha256 = (bytes: string | Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** What the statement says of a run: everything is read from the log and from git, nothing is taken on a word. */
export async function describeRun(
  ctx: HubContext,
  run: AttestedRun,
  log: AttestedLog,
): Promise<ResultPredicate> {
  const { header, plan } = log;
  const accounting = readAccounting(log);
  if (!plan || !accounting)
    throw new HubError('invalid-input', "the log was not written by this hub's own engine");
  try {
    assertWhole(log);
    const facts = readRunFacts(header);
    if (facts.dataset.toLowerCase() !== run.datasetRepo.fullName.toLowerCase())
      throw new HubError(
        'invalid-input',
        `the log is of ${facts.dataset}, not of ${run.datasetRepo.fullName}`,
      );
    const benchmark = await readBenchmark(ctx.git.reader(run.datasetRepo.id), facts.commit, facts.taskId);
    const judges = Object.values(plan.modelRoles).flat();
    return {
      issuer: issuerName(ctx),
      benchmark: {
        dataset: run.datasetRepo.fullName,
        commit: facts.commit,
        evalYaml: benchmark.evalYaml,
        task: facts.taskId,
      },
      model: {
        repo: run.modelRepo.fullName,
        commit: await headOf(ctx.git.reader(run.modelRepo.id), run.modelRepo.fullName),
        name: facts.model,
        ...(plan.modelBaseUrl && { endpoint: plan.modelBaseUrl }),
        answered: log.answered,
      },
      setup: {
        text: formatNotes(facts.setup),
        digest: sha256(canonicalJson(plan)),
        engine: plan.engine,
        profile: plan.profile,
        templates: `${plan.templates.name} ${plan.templates.version} ${plan.templates.digest}`,
        ...(judges.length > 0 && { judges }),
      },
      samples: { ...accounting, root: log.root, leaves: log.leaves, salted: isSalted(run) },
      metric: toClaimedMetric(header, benchmark.rule),
      log: { sha256: log.sha256, size: log.size, mediaType: log.mediaType },
      run: {
        job: run.jobId,
        worker: run.workerId,
        startedAt: run.startedAt.toISOString(),
        finishedAt: run.finishedAt.toISOString(),
        ...(run.costUsd !== undefined && { costUsd: run.costUsd }),
      },
    };
  } catch (cause) {
    if (!(cause instanceof CodedError) || cause instanceof HubError) throw cause;
    throw new HubError('invalid-input', `this run cannot be attested: ${cause.message}`, { cause });
  }
}

const isSalted = ({ datasetRepo }: AttestedRun): boolean => datasetRepo.private || datasetRepo.gated !== null;

/** Failed samples are told, not hidden, so they are no objection here; a run that did not end is. */
function assertWhole({ header }: AttestedLog): void {
  const objections = toObjections(header).filter((text) => !/samples failed$/.test(text));
  if (objections.length > 0)
    throw new HubError('invalid-input', `the log is of no finished run: ${objections.join('; ')}`);
}

type Accounting = Omit<ResultPredicate['samples'], 'root' | 'leaves' | 'salted'>;

function readAccounting({ header }: AttestedLog): Accounting | null {
  const told = (header.results?.metadata as { assay?: { accounting?: Accounting } } | undefined)?.assay;
  if (!told?.accounting) return null;
  const { planned, scored, failed, refused, unparsed, unscored, missing } = told.accounting;
  return { planned, scored, failed, refused, unparsed, unscored, missing };
}

async function readBenchmark(
  git: GitReader,
  commit: string,
  taskId: string,
): Promise<{ evalYaml: string; rule: ValueRule }> {
  const file = async (path: string) => {
    const entry = await git.entry(commit, path);
    return entry?.type === 'file' ? git.blob(entry.oid) : null;
  };
  const evalYaml = await file('eval.yaml');
  if (!evalYaml) throw new HubError('invalid-input', `commit ${commit} of the dataset holds no eval.yaml`);
  const leaderboard = await file('leaderboard.yaml');
  const parsed = leaderboard && parseLeaderboardYaml(leaderboard.toString('utf8'));
  const rule = (parsed?.ok ? parsed.value.tasks.find((task) => task.id === taskId) : undefined) ?? {};
  return { evalYaml: sha256(evalYaml), rule };
}

async function headOf(git: GitReader, fullName: string): Promise<string> {
  const head = await git.resolve('refs/heads/main');
  if (!head)
    throw new HubError('invalid-input', `${fullName} has no main branch that the run could be bound to`);
  return head;
}
