import {
  createCommit,
  type HubConnection,
  listDiscussions,
  type RepoRef,
  readRefs,
  readText,
} from '@assay/client';
import {
  describePullRequest,
  type EvalLogHeader,
  editResultFile,
  parseLeaderboardYaml,
  parseRepoName,
  type RunFacts,
  readRunFacts,
  toEntry,
  toObjections,
  toResultPath,
  toValue,
  type ValueRule,
} from '@assay/spec';
import { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import { readConnection } from '../environment.ts';
import { chooseEvidencePlace } from '../evidence-place.ts';
import type { Surroundings } from '../surroundings.ts';

interface SubmitOptions {
  repo: string;
  direct?: boolean;
  evidence?: string;
  allowPartial?: boolean;
  dryRun?: boolean;
  file?: string;
  benchmark?: string;
  sourceName: string;
}

const EXAMPLES = `
Examples:
  $ assay submit logs/run.eval --repo org/model             # opens a pull request
  $ assay submit logs/run.eval --repo org/model --dry-run   # shows what it would say
  $ assay submit logs/run.eval --repo org/model --direct    # commits, with write access
  $ assay submit logs/run.eval --repo org/model --evidence org/logs   # on huggingface.co
  $ assay submit logs/lm-eval_gsm8k.eval --repo org/model --benchmark org/gsm8k/gsm8k@COMMIT   # after assay import

HF_ENDPOINT names the hub, HF_TOKEN who you are. The same log twice changes nothing.
`;

export function createSubmitCommand(surroundings: Surroundings): Command {
  return new Command('submit')
    .description("Put a log's score into a model's repo, with the log as evidence.")
    .argument('<log>', 'an .eval or .json log')
    .requiredOption('--repo <org/model>', 'the model repo')
    .option('--direct', 'commit to main instead of opening a pull request')
    .option('--evidence <org/name>', 'dataset repo for the log, on hubs that keep none')
    .option('--allow-partial', 'submit although samples failed or the run was cut short')
    .option('--dry-run', 'print the entry and change nothing')
    .option('--file <path>', 'result file (default .eval_results/<benchmark>.yaml)')
    .option(
      '--benchmark <org/name/task@commit>',
      'what was run, where the log does not say it: results of other programs',
    )
    .option('--source-name <text>', 'how the source is called on the board', 'Assay log')
    .addHelpText('after', EXAMPLES)
    .action((log: string, options: SubmitOptions) => submit(log, options, surroundings));
}

async function submit(log: string, options: SubmitOptions, surroundings: Surroundings): Promise<void> {
  const say = (text: string) => surroundings.write(`${text}\n`);
  const name = parseRepoName(options.repo);
  if (!name.ok)
    throw new CliError('usage', `--repo: ${name.issues[0]!.message}`, { hint: name.issues[0]!.hint });
  const connection = readConnection(surroundings.env);
  const header = await readHeader(log);
  assertFit(header, options.allowPartial ?? false);
  const facts = readRunFacts(header, options.benchmark);
  const value = toValue(header, await readValueRule(connection, facts));
  const about = { model: options.repo, dataset: facts.dataset };
  const place = await chooseEvidencePlace(connection, log, about, options.evidence);
  const path = options.file ?? toResultPath(facts.dataset);
  const repo: RepoRef = { type: 'model', name: options.repo };
  // The log first: it is kept by its digest, so that doing it twice, or in vain, changes nothing anyone sees.
  const url = options.dryRun ? place.url : await place.upload();
  const entry = toEntry(facts, value, { url, name: options.sourceName });

  const main = await readText(connection, repo, path);
  const edit = editResultFile(main?.text ?? null, entry);
  const page = `${connection.endpoint}/${options.repo}`;
  if (edit.kind === 'present') return say(`Already there: ${page} has this result in ${path}`);
  if (options.dryRun) return say(`# ${options.repo}: ${path}\n${edit.text.trimEnd()}`);
  const waiting = options.direct ? null : await findWaiting(connection, repo, path, url);
  if (waiting !== null) return say(`Already there: it waits in ${page}/discussions/${waiting}`);

  const { title, description } = describePullRequest(facts, entry);
  const done = await createCommit(connection, repo, {
    summary: title,
    description,
    changes: [{ kind: 'put', path, content: edit.text }],
    createPullRequest: !options.direct,
    parentCommit: main?.commit ?? (await readHead(connection, repo)),
  });
  if (edit.replaces !== undefined) say(`Replaces the value ${edit.replaces} in ${path}`);
  say(done.pullRequest ? `Pull request: ${done.pullRequest.url}` : `Committed: ${done.url}`);
  say(`Evidence:     ${url}`);
}

async function readHeader(path: string): Promise<EvalLogHeader> {
  const { openLog } = await import('@assay/engine');
  const reader = await openLog(path);
  try {
    return await reader.header();
  } finally {
    await reader.close();
  }
}

function assertFit(header: EvalLogHeader, allowPartial: boolean): void {
  const objections = toObjections(header);
  if (objections.length === 0 || (allowPartial && header.results)) return;
  const assay = header.eval.metadata?.assay as { imported?: object } | undefined;
  const finish = assay?.imported ? 'import it again when it is finished' : 'finish it with assay eval-retry';
  throw new CliError('log-unfit', `the log is no full result: ${objections.join('; ')}`, {
    hint: header.results ? `${finish}, or submit it as it is with --allow-partial` : finish,
  });
}

/** The unit in which the benchmark's board counts, at the commit that was run. */
async function readValueRule(connection: HubConnection, facts: RunFacts): Promise<ValueRule> {
  const dataset: RepoRef = { type: 'dataset', name: facts.dataset };
  const file = await readText(connection, dataset, 'leaderboard.yaml', facts.commit);
  const parsed = file === null ? null : parseLeaderboardYaml(file.text);
  return (parsed?.ok ? parsed.value.tasks.find((task) => task.id === facts.taskId) : undefined) ?? {};
}

/** The open pull request that carries this very log already, or null. */
async function findWaiting(
  connection: HubConnection,
  repo: RepoRef,
  path: string,
  url: string,
): Promise<number | null> {
  for await (const row of listDiscussions(connection, repo, { type: 'pull_request', status: 'open' })) {
    const file = await readText(connection, repo, path, `refs/pr/${row.num}`);
    if (file?.text.includes(url)) return row.num;
  }
  return null;
}

async function readHead(connection: HubConnection, repo: RepoRef): Promise<string | undefined> {
  const { branches } = await readRefs(connection, repo);
  return branches.find((branch) => branch.name === 'main')?.targetCommit;
}
