import { type Command, InvalidArgumentError, Option } from 'commander';
import { CliError } from './cli-error.ts';
import type { Environment } from './environment.ts';
import { FLAGS, type Flag, NOT_YET, SET_FLAGS } from './eval-flags.ts';
import type { AdaptiveFlag, EngineFlag, FlagParser, SampleLimit } from './flag-parsers.ts';

/** The flags of `assay eval`, named as Inspect names them, after parsing. Undefined: not given, the default holds. */
export interface EvalFlags {
  model?: string;
  modelBaseUrl?: string;
  taskArgs?: Record<string, unknown>;
  limit?: SampleLimit;
  epochs?: number;
  /** False: no reduction. */
  epochsReducer?: string[] | false;
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
  engine?: EngineFlag;
  enginePython?: string;
  tasksPath?: string;
  numFewshot?: number;
  promptForm?: 'chat' | 'plain';
  adaptiveConnections?: AdaptiveFlag;
  shard?: { index: number; count: number };
  sampleId?: number[];
  score?: boolean;
  tags?: string[];
  metadata?: Record<string, unknown>;
  turnLimit?: number;
  workingLimit?: number;
  costLimit?: number;
  modelCostConfig?: string;
  maxCost?: number;
  logprobs?: boolean;
  topLogprobs?: number;
  numChoices?: number;
  logitBias?: Record<string, number>;
  extraHeaders?: Record<string, string>;
  extraBody?: Record<string, unknown>;
  cache?: boolean | string;
  cacheDir?: string;
  shuffleSeed?: number;
  retryAttempts?: number;
  retryWait?: number;
  retryConnections?: number;
  retryCleanup?: boolean;
  maxTasks?: number;
  logDirAllowDirty?: boolean;
  templates?: string;
  taskFile?: string;
  logDir: string;
  /** False when `logDir` is the default. */
  logDirGiven: boolean;
  logFormat: 'eval' | 'json';
  display: Display;
  json?: boolean;
}

type Display = 'live' | 'plain' | 'none';

/** Adds Inspect's flags to a command; with `retry` only those that a retry may change. */
export function addEvalFlags(command: Command, options: { retry?: boolean } = {}): Command {
  addFlags(
    command,
    FLAGS.filter((flag) => !options.retry || flag.retry),
  );
  for (const flags of NOT_YET) command.addOption(new Option(flags).hideHelp());
  return command;
}

/** Adds the flags that only a set of runs has. */
export function addSetFlags(command: Command): Command {
  return addFlags(command, SET_FLAGS);
}

function addFlags(command: Command, flags: Flag[]): Command {
  for (const { flags: names, text, parse } of flags) {
    const option = new Option(names, text);
    command.addOption(parse ? option.argParser(parse) : option);
  }
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
  templates: 'ASSAY_TEMPLATES',
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
