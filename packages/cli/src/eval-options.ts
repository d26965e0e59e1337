import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Environment } from './environment.ts';

/** The flags of `assay eval`, named as Inspect names them, after parsing. Undefined: not given, the default holds. */
export interface EvalFlags {
  model?: string;
  modelBaseUrl?: string;
  modelArgs?: Record<string, unknown>;
  taskArgs?: Record<string, unknown>;
  limit?: SampleLimit;
  sampleId?: string[];
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
  retryOnError?: number;
  logDir: string;
  logFormat: 'eval' | 'json';
  display: Display;
  json?: boolean;
  tags?: string[];
  metadata?: Record<string, unknown>;
  /** False with `--no-score`. */
  score: boolean;
}

export type Display = 'live' | 'plain' | 'none';

/** Samples to run, counted from 0: `start` included, `end` not. */
export interface SampleLimit {
  start: number;
  end: number;
}

type Parser = (text: string, previous?: unknown) => unknown;

interface Flag {
  flags: string;
  text: string;
  parse?: Parser;
  /** Retrying may change how a run is carried out, never what is measured. */
  retry?: true;
}

const FLAGS: Flag[] = [
  { flags: '--model <name>', text: 'model as PROVIDER/NAME, e.g. openai-api/SERVICE/MODEL' },
  { flags: '--model-base-url <url>', text: 'base URL of the endpoint (else SERVICE_BASE_URL)' },
  { flags: '-M, --model-args <key=value>', text: 'argument of the model provider; repeatable', parse: pair },
  {
    flags: '-T, --task-args <key=value>',
    text: 'argument of the task, e.g. revision=main; repeatable',
    parse: pair,
  },
  { flags: '--limit <n|a-b>', text: 'run the first n samples, or samples a to b', parse: sampleLimit },
  { flags: '--sample-id <ids>', text: 'run these samples only (comma separated)', parse: list },
  { flags: '--epochs <n>', text: 'run every sample n times', parse: wholeFrom(1) },
  {
    flags: '--epochs-reducer <names>',
    text: 'how epochs become one score: mean, mode, max, pass_at_k, …',
    parse: list,
  },
  { flags: '--max-connections <n>', text: 'most requests at a time', parse: wholeFrom(1), retry: true },
  { flags: '--max-samples <n>', text: 'most samples at a time', parse: wholeFrom(1), retry: true },
  { flags: '--max-retries <n>', text: 'most retries of one request', parse: wholeFrom(0), retry: true },
  {
    flags: '--timeout <seconds>',
    text: 'time for one request and its retries together',
    parse: number,
    retry: true,
  },
  { flags: '--attempt-timeout <seconds>', text: 'time for one attempt', parse: number, retry: true },
  { flags: '--temperature <t>', text: 'sampling temperature', parse: number },
  { flags: '--max-tokens <n>', text: 'most tokens of one answer', parse: wholeFrom(1) },
  { flags: '--top-p <p>', text: 'nucleus sampling', parse: number },
  { flags: '--top-k <k>', text: 'sample from the k most likely tokens', parse: wholeFrom(1) },
  { flags: '--frequency-penalty <x>', text: '-2 to 2', parse: number },
  { flags: '--presence-penalty <x>', text: '-2 to 2', parse: number },
  { flags: '--seed <n>', text: 'seed sent to the endpoint', parse: wholeFrom(Number.MIN_SAFE_INTEGER) },
  { flags: '--stop-seqs <texts>', text: 'stop sequences (comma separated)', parse: list },
  { flags: '--system-message <text>', text: 'put first in every request' },
  { flags: '--reasoning-effort <level>', text: 'none, minimal, low, medium, high, …' },
  {
    flags: '--fail-on-error [share]',
    text: 'stop at this share or count of failed samples',
    parse: number,
    retry: true,
  },
  { flags: '--no-fail-on-error', text: 'never stop because of failed samples', retry: true },
  { flags: '--continue-on-fail', text: 'run everything, judge failures at the end', retry: true },
  {
    flags: '--retry-on-error [n]',
    text: 'run a failed sample again, up to n times (default 1)',
    parse: wholeFrom(0),
    retry: true,
  },
  { flags: '--log-dir <folder>', text: 'where logs go (default ./logs)', retry: true },
  {
    flags: '--log-format <eval|json>',
    text: "Inspect's zip or one JSON document",
    parse: oneOf('eval', 'json'),
    retry: true,
  },
  {
    flags: '--display <mode>',
    text: 'full, rich (live line), plain or log (lines), none',
    parse: oneOf('full', 'conversation', 'rich', 'plain', 'log', 'none'),
    retry: true,
  },
  { flags: '--json', text: 'one JSON line at launch and one at the end, nothing else', retry: true },
  { flags: '--tags <tags>', text: 'tags of the log (comma separated)', parse: list },
  { flags: '--metadata <key=value>', text: 'metadata of the log; repeatable', parse: pair },
  { flags: '--no-score', text: 'generate only; score later' },
];

/** Adds Inspect's flags to a command; with `retry` only those that a retry may change. */
export function addEvalFlags(command: Command, options: { retry?: boolean } = {}): Command {
  for (const { flags, text, parse } of FLAGS.filter((flag) => !options.retry || flag.retry)) {
    const option = new Option(flags, text);
    command.addOption(parse ? option.argParser(parse) : option);
  }
  return command;
}

/**
 * What was asked for: flags first, then `INSPECT_EVAL_…` (and Inspect's shorter names for log folder, format and
 * display), then the defaults.
 * @throws InvalidArgumentError when a variable's text is not what its flag takes
 */
export function readEvalFlags(command: Command, env: Environment, isTerminal: boolean): EvalFlags {
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
    score: given.score !== false,
    logDir: typeof given.logDir === 'string' ? given.logDir : './logs',
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
  const text = env[SHORT_NAMES[name] ?? long] ?? env[long];
  if (text === undefined || text === '') return undefined;
  if (option.required || option.optional) {
    const parse = option.parseArg as Parser | undefined;
    return parse ? parse(text, undefined) : text;
  }
  const on = /^(1|true|yes|on)$/i.test(text);
  return option.negate ? (on ? false : undefined) : on || undefined;
}

function toDisplay(given: Record<string, unknown>, isTerminal: boolean): Display {
  if (given.json || given.display === 'none') return 'none';
  if (given.display === 'plain' || given.display === 'log' || !isTerminal) return 'plain';
  return 'live';
}

function number(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('a number is expected.');
  return value;
}

function wholeFrom(least: number): Parser {
  return (text) => {
    const value = number(text);
    if (!Number.isSafeInteger(value) || value < least) {
      throw new InvalidArgumentError(`a whole number${least >= 0 ? ` from ${least}` : ''} is expected.`);
    }
    return value;
  };
}

function oneOf(...names: string[]): Parser {
  return (text) => {
    if (!names.includes(text)) throw new InvalidArgumentError(`one of ${names.join(', ')} is expected.`);
    return text;
  };
}

function list(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** `key=value`, several gathered into one object. Values that read as JSON are JSON: `-M stream=false`. */
function pair(text: string, previous?: unknown): Record<string, unknown> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('KEY=VALUE is expected.');
  const raw = text.slice(at + 1);
  let value: unknown = raw;
  try {
    value = JSON.parse(raw);
  } catch {
    // Not JSON: it is the text itself.
  }
  return { ...(previous as Record<string, unknown> | undefined), [text.slice(0, at)]: value };
}

function sampleLimit(text: string): SampleLimit {
  const range = /^(\d+)-(\d+)$/.exec(text);
  if (range) {
    // Inspect's `a-b` counts from 1 and includes both ends.
    const [start, end] = [Number(range[1]), Number(range[2])];
    if (start < 1 || end < start) throw new InvalidArgumentError('a range like 11-20 is expected.');
    return { start: start - 1, end };
  }
  return { start: 0, end: wholeFrom(1)(text) as number };
}
