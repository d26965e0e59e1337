import { type Command, InvalidArgumentError, Option } from 'commander';
import { CliError } from './cli-error.ts';
import type { Environment } from './environment.ts';
import {
  type FlagParser,
  parseList,
  parseNumber,
  parseOneOf,
  parsePair,
  parseSampleLimit,
  parseWholeFrom,
  type SampleLimit,
} from './flag-parsers.ts';

/** The flags of `assay eval`, named as Inspect names them, after parsing. Undefined: not given, the default holds. */
export interface EvalFlags {
  model?: string;
  modelBaseUrl?: string;
  taskArgs?: Record<string, unknown>;
  limit?: SampleLimit;
  epochs?: number;
  epochsReducer?: string[];
  maxConnections?: number;
  maxSamples?: number;
  maxRetries?: number;
  timeout?: number;
  attemptTimeout?: number;
  temperature?: number;
  maxTokens?: number;
  topP?: number;
  topK?: number;
  frequencyPenalty?: number;
  presencePenalty?: number;
  seed?: number;
  stopSeqs?: string[];
  systemMessage?: string;
  reasoningEffort?: string;
  failOnError?: boolean | number;
  continueOnFail?: boolean;
  scoreOnError?: boolean;
  messageLimit?: number;
  tokenLimit?: number;
  timeLimit?: number;
  modelRole?: Record<string, unknown>;
  retryOnError?: number;
  tasksPath?: string;
  numFewshot?: number;
  promptForm?: 'chat' | 'plain';
  logDir: string;
  /** False when `logDir` is the default. */
  logDirGiven: boolean;
  logFormat: 'eval' | 'json';
  display: Display;
  json?: boolean;
}

type Display = 'live' | 'plain' | 'none';

interface Flag {
  flags: string;
  text: string;
  parse?: FlagParser;
  /** Retrying may change how a run is carried out, never what is measured. */
  retry?: true;
}

const FLAGS: Flag[] = [
  { flags: '--model <name>', text: 'model as PROVIDER/NAME, e.g. openai-api/SERVICE/MODEL' },
  { flags: '--model-base-url <url>', text: 'base URL of the endpoint (else SERVICE_BASE_URL)' },
  {
    flags: '-T, --task-args <key=value>',
    text: 'argument of the task, e.g. revision=main; repeatable',
    parse: parsePair,
  },
  { flags: '--limit <n|a-b>', text: 'run the first n samples, or samples a to b', parse: parseSampleLimit },
  { flags: '--epochs <n>', text: 'run every sample n times', parse: parseWholeFrom(1) },
  {
    flags: '--epochs-reducer <names>',
    text: 'how epochs become one score: mean, mode, max, pass_at_k, …',
    parse: parseList,
  },
  { flags: '--max-connections <n>', text: 'most requests at a time', parse: parseWholeFrom(1), retry: true },
  { flags: '--max-samples <n>', text: 'most samples at a time', parse: parseWholeFrom(1), retry: true },
  { flags: '--max-retries <n>', text: 'most retries of one request', parse: parseWholeFrom(0), retry: true },
  {
    flags: '--timeout <seconds>',
    text: 'time for one request and its retries together',
    parse: parseNumber,
    retry: true,
  },
  { flags: '--attempt-timeout <seconds>', text: 'time for one attempt', parse: parseNumber, retry: true },
  { flags: '--temperature <t>', text: 'sampling temperature', parse: parseNumber },
  { flags: '--max-tokens <n>', text: 'most tokens of one answer', parse: parseWholeFrom(1) },
  { flags: '--top-p <p>', text: 'nucleus sampling', parse: parseNumber },
  { flags: '--top-k <k>', text: 'sample from the k most likely tokens', parse: parseWholeFrom(1) },
  { flags: '--frequency-penalty <x>', text: '-2 to 2', parse: parseNumber },
  { flags: '--presence-penalty <x>', text: '-2 to 2', parse: parseNumber },
  { flags: '--seed <n>', text: 'seed sent to the endpoint', parse: parseWholeFrom(Number.MIN_SAFE_INTEGER) },
  { flags: '--stop-seqs <texts>', text: 'stop sequences (comma separated)', parse: parseList },
  { flags: '--system-message <text>', text: 'put first in every request' },
  { flags: '--reasoning-effort <level>', text: 'none, minimal, low, medium, high, …' },
  {
    flags: '--fail-on-error [share]',
    text: 'stop at this share or count of failed samples',
    parse: parseNumber,
    retry: true,
  },
  { flags: '--no-fail-on-error', text: 'never stop because of failed samples', retry: true },
  { flags: '--score-on-error', text: 'score failed samples as they stand', retry: true },
  { flags: '--message-limit <n>', text: 'most messages in a conversation', parse: parseWholeFrom(1) },
  { flags: '--token-limit <n>', text: 'most tokens of one sample', parse: parseWholeFrom(1) },
  { flags: '--time-limit <seconds>', text: 'most time of one sample', parse: parseNumber },
  { flags: '--model-role <role=model>', text: 'model for a role, e.g. grader; repeatable', parse: parsePair },
  { flags: '--continue-on-fail', text: 'run everything, judge failures at the end', retry: true },
  {
    flags: '--retry-on-error [n]',
    text: 'run a failed sample again, up to n times (default 1)',
    parse: parseWholeFrom(0),
    retry: true,
  },
  { flags: '--tasks-path <folder>', text: 'task files of lm-evaluation-harness, for lm-eval/TASK' },
  { flags: '--num-fewshot <n>', text: 'examples in each prompt of lm-eval/TASK', parse: parseWholeFrom(0) },
  {
    flags: '--prompt-form <chat|plain>',
    text: 'how prompts of lm-eval/TASK are sent: as messages, or as one text',
    parse: parseOneOf('chat', 'plain'),
  },
  { flags: '--log-dir <folder>', text: 'where logs go (default ./logs)', retry: true },
  {
    flags: '--log-format <eval|json>',
    text: "Inspect's zip or one JSON document",
    parse: parseOneOf('eval', 'json'),
    retry: true,
  },
  {
    flags: '--display <mode>',
    text: 'full, rich (live line), plain or log (lines), none',
    parse: parseOneOf('full', 'conversation', 'rich', 'plain', 'log', 'none'),
    retry: true,
  },
  { flags: '--json', text: 'one JSON line at launch and one at the end, nothing else', retry: true },
];

/** Flags of Inspect that are understood and refused, rather than taken for a typing error. */
const NOT_YET = [
  '-M, --model-args <key=value>',
  '--sample-id <ids>',
  '--tags <tags>',
  '--metadata <key=value>',
  '--no-score',
  '--solver <name>',
  '--sandbox <spec>',
];

/** Adds Inspect's flags to a command; with `retry` only those that a retry may change. */
export function addEvalFlags(command: Command, options: { retry?: boolean } = {}): Command {
  for (const { flags, text, parse } of FLAGS.filter((flag) => !options.retry || flag.retry)) {
    const option = new Option(flags, text);
    command.addOption(parse ? option.argParser(parse) : option);
  }
  for (const flags of NOT_YET) command.addOption(new Option(flags).hideHelp());
  return command;
}

/** @throws CliError `usage` naming the first flag that this engine does not have */
function assertHad(command: Command): void {
  const refused = new Set(NOT_YET.map((flags) => new Option(flags).long));
  for (const option of command.options) {
    if (!refused.has(option.long) || command.getOptionValueSource(option.attributeName()) !== 'cli') continue;
    throw new CliError('usage', `Inspect has the flag ${option.long}; assay eval does not have it yet`);
  }
}

/**
 * What was asked for: flags first, then `INSPECT_EVAL_…` (and Inspect's shorter names for log folder, format and
 * display), then the defaults.
 * @throws CliError `usage`, also when a variable's text is not what its flag takes
 */
export function readEvalFlags(command: Command, env: Environment, isTerminal: boolean): EvalFlags {
  assertHad(command);
  const given: Record<string, unknown> = {};
  for (const option of command.options) {
    const name = option.attributeName();
    const asked = command.getOptionValueSource(name) === 'cli';
    const value: unknown = asked ? command.getOptionValue(name) : readVariable(option, env);
    if (value !== undefined) given[name] = value;
  }
  if (given.retryOnError === true) given.retryOnError = 1;
  return {
    ...given,
    logDir: typeof given.logDir === 'string' ? given.logDir : './logs',
    logDirGiven: given.logDir !== undefined,
    logFormat: given.logFormat === 'json' ? 'json' : 'eval',
    display: toDisplay(given, isTerminal),
  };
}

const SHORT_NAMES: Record<string, string> = {
  logDir: 'INSPECT_LOG_DIR',
  logFormat: 'INSPECT_LOG_FORMAT',
  display: 'INSPECT_DISPLAY',
};

function readVariable(option: Option, env: Environment): unknown {
  const name = option.attributeName();
  const long = `INSPECT_EVAL_${option.long!.replace(/^--/, '').replaceAll('-', '_').toUpperCase()}`;
  const variable =
    [SHORT_NAMES[name], long].find((one) => one !== undefined && env[one] !== undefined) ?? long;
  const text = env[variable];
  if (text === undefined || text === '') return undefined;
  if (option.required || option.optional) return parseVariable(variable, text, option.parseArg as FlagParser);
  const on = /^(1|true|yes|on)$/i.test(text);
  return option.negate ? (on ? false : undefined) : on || undefined;
}

function parseVariable(variable: string, text: string, parse: FlagParser | undefined): unknown {
  if (!parse) return text;
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof InvalidArgumentError) throw new CliError('usage', `${variable}: ${error.message}`);
    throw error;
  }
}

function toDisplay(given: Record<string, unknown>, isTerminal: boolean): Display {
  if (given.json || given.display === 'none') return 'none';
  if (given.display === 'plain' || given.display === 'log' || !isTerminal) return 'plain';
  return 'live';
}
