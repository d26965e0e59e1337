import {
  cancelJob,
  followJob,
  type HubConnection,
  isJobOver,
  type Job,
  listJobs,
  readJob,
  runEvalJob,
  whoami,
} from '@assay/client';
import { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import { readConnection } from '../environment.ts';
import { parseNumber, parseWholeFrom } from '../flag-parsers.ts';
import { describeJob, describeJobs } from '../job-report.ts';
import type { Surroundings } from '../surroundings.ts';
import { createEndpointCommand } from './jobs-endpoint.ts';

interface RunFlags {
  model: string;
  provider?: string;
  modelBaseUrl?: string;
  repo: string;
  namespace?: string;
  secret?: Record<string, string>;
  limit?: number;
  maxConnections?: number;
  maxTokens?: number;
  maxCostUsd?: number;
  timeout?: number;
  wait?: boolean;
}

const RUN_EXAMPLES = `
Examples:
  $ assay jobs run eval hf/org/bench/task --model llama-3 --provider local --repo org/llama-3
  $ assay jobs run eval hf/org/bench/task --model llama-3 --provider local --repo org/llama-3 --limit 20 --wait
  $ assay jobs run eval hf/org/bench/task --model m --provider groq --secret GROQ_API_KEY --repo org/m

--provider names an endpoint that an administrator configured (assay jobs endpoint list). An administrator may name any
other with --model-base-url. --secret NAME takes the value from this machine's environment, NAME=VALUE from the line.
--wait returns when the pull request is open and a published checkpoint of the log covers the signed statement.

Exit codes: 0 queued (with --wait: completed), 1 refused, failed or cancelled, 2 not understood.
`;

/** `assay jobs`: evaluations that the hub itself runs, signs and proposes. */
export function createJobsCommand(surroundings: Surroundings): Command {
  return new Command('jobs')
    .description('Let the hub run evaluations, and look after them.')
    .addCommand(new Command('run').description('Queue a job.').addCommand(createRunEval(surroundings)))
    .addCommand(createPs(surroundings))
    .addCommand(createLogs(surroundings))
    .addCommand(createInspect(surroundings))
    .addCommand(createCancel(surroundings))
    .addCommand(createEndpointCommand(surroundings));
}

function createRunEval(surroundings: Surroundings): Command {
  return new Command('eval')
    .description('Run a benchmark on the hub: log, signed statement, pull request.')
    .argument('<task>', 'hf/ORG/BENCH/TASK[@REVISION]')
    .requiredOption('--model <name>', 'the model, as its provider calls it')
    .option('--provider <name>', 'where it is served')
    .option('--model-base-url <url>', 'where it is served, for administrators')
    .requiredOption('--repo <org/model>', 'model repo that gets the pull request')
    .option('--namespace <name>', 'whose job it is (default: yours)')
    .option(
      '--secret <NAME[=VALUE]>',
      'key of a model; may be given several times',
      secretParser(surroundings),
    )
    .option('--limit <n>', 'first samples only', parseWholeFrom(1))
    .option('--max-connections <n>', 'calls at once, at most', parseWholeFrom(1))
    .option('--max-tokens <n>', 'stop when so many tokens are used', parseWholeFrom(1))
    .option('--max-cost-usd <x>', 'stop at this cost, by the price of the endpoint', parseNumber)
    .option('--timeout <seconds>', 'stop after this time', parseWholeFrom(1))
    .option('--wait', 'follow it to its end')
    .addHelpText('after', RUN_EXAMPLES)
    .action((task: string, flags: RunFlags) => runEval(task, flags, surroundings));
}

function secretParser({ env }: Surroundings) {
  return (text: string, before: Record<string, string> = {}): Record<string, string> => {
    const at = text.indexOf('=');
    const name = at < 0 ? text : text.slice(0, at);
    const value = at < 0 ? env[name] : text.slice(at + 1);
    if (value) return { ...before, [name]: value };
    throw new CliError('usage', `--secret ${name} has no value`, {
      hint: `export ${name}, or write --secret ${name}=…`,
    });
  };
}

async function runEval(task: string, flags: RunFlags, surroundings: Surroundings): Promise<void> {
  const connection = readConnection(surroundings.env);
  const { secret, maxConnections, timeout, wait, ...rest } = flags;
  const job = await runEvalJob(connection, {
    task,
    ...rest,
    ...(secret ? { secrets: secret } : {}),
    ...(maxConnections ? { connections: maxConnections } : {}),
    ...(timeout ? { timeoutSeconds: timeout } : {}),
  });
  const place = job.assay.queuePosition === null ? '' : `, place ${job.assay.queuePosition} in the queue`;
  surroundings.write(`Job ${job.id}${place}: ${connection.endpoint}/jobs/${job.owner.name}/${job.id}\n`);
  if (!wait) return;
  report(await follow(connection, job, surroundings, 'stderr'), connection, surroundings);
}

/** Prints what a job says until it is over. A stream that breaks is taken up where it ended. */
async function follow(
  connection: HubConnection,
  begun: Job,
  surroundings: Surroundings,
  to: 'stdout' | 'stderr',
): Promise<Job> {
  const print = (text: string) =>
    to === 'stdout' ? surroundings.write(`${text}\n`) : surroundings.writeError(`${text}\n`);
  const { owner, id } = begun;
  let job = begun;
  let last = 0;
  while (!isJobOver(job)) {
    for await (const event of followJob(connection, owner.name, id, last)) {
      if (event.kind === 'job') job = event.job;
      else {
        last = event.n;
        print(event.text);
      }
    }
    if (!isJobOver(job)) job = await readJob(connection, owner.name, id);
  }
  return job;
}

function report(job: Job, connection: HubConnection, surroundings: Surroundings): void {
  surroundings.write(`${describeJob(job, connection.endpoint)}\n`);
  if (job.status.stage !== 'COMPLETED') surroundings.exitCode = 1;
}

function createPs(surroundings: Surroundings): Command {
  return new Command('ps')
    .description('List jobs that wait or run; with --all, finished ones too.')
    .option('--all', 'finished ones too')
    .option('--namespace <name>', 'whose (default: yours)')
    .addHelpText('after', '\nExample:\n  $ assay jobs ps --all --namespace org\n')
    .action(async (flags: { all?: boolean; namespace?: string }) => {
      const connection = readConnection(surroundings.env);
      const namespace = await namespaceOf(connection, flags.namespace);
      const stage = flags.all ? [] : (['SCHEDULING', 'RUNNING'] as const);
      const jobs = await listJobs(connection, namespace, { stage: [...stage] });
      surroundings.write(`${describeJobs(jobs)}\n`);
    });
}

function createLogs(surroundings: Surroundings): Command {
  return new Command('logs')
    .description('Print what a job says, to its end.')
    .argument('<job>', 'its id, or NAMESPACE/ID')
    .option('--namespace <name>', 'whose (default: yours)')
    .addHelpText('after', '\nExample:\n  $ assay jobs logs 6901f0c2a4b5c6d7e8f90123\n')
    .action(async (text: string, flags: { namespace?: string }) => {
      const { connection, namespace, id } = await locate(text, flags, surroundings);
      for await (const event of followJob(connection, namespace, id)) {
        if (event.kind === 'line') surroundings.write(`${event.text}\n`);
      }
    });
}

function createInspect(surroundings: Surroundings): Command {
  return new Command('inspect')
    .description('Show a job: stage, progress, what came of it.')
    .argument('<job>', 'its id, or NAMESPACE/ID')
    .option('--namespace <name>', 'whose (default: yours)')
    .option('--json', 'as the hub answers it')
    .addHelpText('after', '\nExample:\n  $ assay jobs inspect org/6901f0c2a4b5c6d7e8f90123 --json\n')
    .action(async (text: string, flags: { namespace?: string; json?: boolean }) => {
      const { connection, namespace, id } = await locate(text, flags, surroundings);
      const job = await readJob(connection, namespace, id);
      surroundings.write(
        `${flags.json ? JSON.stringify(job, null, 2) : describeJob(job, connection.endpoint)}\n`,
      );
    });
}

function createCancel(surroundings: Surroundings): Command {
  return new Command('cancel')
    .description('End a job; what is finished stays in its log.')
    .argument('<job>', 'its id, or NAMESPACE/ID')
    .option('--namespace <name>', 'whose (default: yours)')
    .addHelpText('after', '\nExample:\n  $ assay jobs cancel 6901f0c2a4b5c6d7e8f90123\n')
    .action(async (text: string, flags: { namespace?: string }) => {
      const { connection, namespace, id } = await locate(text, flags, surroundings);
      const job = await cancelJob(connection, namespace, id);
      surroundings.write(
        isJobOver(job) ? `Job ${id}: ${job.status.stage}\n` : `Job ${id} is asked to stop.\n`,
      );
    });
}

async function locate(
  text: string,
  flags: { namespace?: string },
  surroundings: Surroundings,
): Promise<{ connection: HubConnection; namespace: string; id: string }> {
  const connection = readConnection(surroundings.env);
  const [id = '', namespace] = text.split('/').reverse();
  return { connection, id, namespace: await namespaceOf(connection, namespace ?? flags.namespace) };
}

async function namespaceOf(connection: HubConnection, named: string | undefined): Promise<string> {
  return named ?? (await whoami(connection)).name;
}
