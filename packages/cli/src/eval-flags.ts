import {
  type FlagParser,
  parseAdaptive,
  parseEngine,
  parseIds,
  parseList,
  parseMapping,
  parseNumber,
  parseOneOf,
  parsePair,
  parseSampleLimit,
  parseShard,
  parseTokenBias,
  parseWholeFrom,
} from './flag-parsers.ts';

export interface Flag {
  flags: string;
  text: string;
  parse?: FlagParser;
  /** Retrying may change how a run is carried out, never what is measured. */
  retry?: true;
}

/** Inspect's flags, and those beside them that it has not. */
export const FLAGS: Flag[] = [
  { flags: '--model <name>', text: 'model as PROVIDER/NAME, e.g. openai-api/SERVICE/MODEL' },
  { flags: '--model-base-url <url>', text: 'base URL of the endpoint (else SERVICE_BASE_URL)' },
  {
    flags: '-T, --task-args <key=value>',
    text: 'argument of the task, e.g. revision=main; repeatable',
    parse: parsePair,
  },
  { flags: '--limit <n|a-b>', text: 'run the first n samples, or samples a to b', parse: parseSampleLimit },
  { flags: '--sample-id <ids>', text: 'run these samples only (comma separated)', parse: parseIds },
  {
    flags: '--shard <i/n>',
    text: 'run the i-th of n parts; assay log merge makes one log of all',
    parse: parseShard,
  },
  { flags: '--shuffle-seed <n>', text: 'decides the order of shuffled choices', parse: parseWholeFrom(0) },
  { flags: '--epochs <n>', text: 'run every sample n times', parse: parseWholeFrom(1) },
  {
    flags: '--epochs-reducer <names>',
    text: 'how epochs become one score: mean, mode, max, pass_at_k, …',
    parse: parseList,
  },
  { flags: '--no-epochs-reducer', text: 'take every epoch as a value of its own' },
  {
    flags: '--adaptive-connections [range]',
    text: 'find the number of requests between bounds: MAX, MIN-MAX, MIN-START-MAX (default 10-20-100)',
    parse: parseAdaptive,
    retry: true,
  },
  { flags: '--max-connections <n>', text: 'most requests at a time', parse: parseWholeFrom(1), retry: true },
  {
    flags: '--max-samples <n>',
    text: 'most samples at a time (twice the connections unless given)',
    parse: parseWholeFrom(1),
    retry: true,
  },
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
  { flags: '--num-choices <n>', text: 'answers to each request', parse: parseWholeFrom(1) },
  { flags: '--logprobs', text: 'ask for log-probabilities of the answer' },
  { flags: '--top-logprobs <n>', text: '… and of the n most likely tokens', parse: parseWholeFrom(0) },
  { flags: '--logit-bias <token=bias,…>', text: '-100 to 100 by token id', parse: parseTokenBias },
  {
    flags: '--extra-headers <json>',
    text: 'headers sent with each request',
    parse: parseMapping,
    retry: true,
  },
  { flags: '--extra-body <json>', text: 'fields added to each request', parse: parseMapping },
  {
    flags: '--cache [expiry]',
    text: 'take answers that were given before; each epoch has its own (12h, 1W; default 1W)',
  },
  {
    flags: '--cache-dir <folder>',
    text: 'where answers are kept; may be shared (default ~/.cache/assay/answers)',
  },
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
  { flags: '--turn-limit <n>', text: 'most answers of one sample', parse: parseWholeFrom(1) },
  {
    flags: '--working-limit <seconds>',
    text: 'most time of one sample, waiting left out',
    parse: parseNumber,
  },
  { flags: '--cost-limit <dollars>', text: 'most cost of one sample', parse: parseNumber },
  {
    flags: '--max-cost <dollars>',
    text: 'most cost of a whole run; what is finished is kept',
    parse: parseNumber,
    retry: true,
  },
  {
    flags: '--model-cost-config <file>',
    text: 'prices (YAML or JSON): {MODEL: {input, output}}, dollars for a million tokens',
  },
  { flags: '--no-score', text: 'run the samples without scoring them' },
  { flags: '--tags <tags>', text: 'tags in the log (comma separated)', parse: parseList },
  { flags: '--metadata <key=value>', text: 'a note in the log; repeatable', parse: parsePair },
  { flags: '--model-role <role=model>', text: 'model for a role, e.g. grader; repeatable', parse: parsePair },
  { flags: '--continue-on-fail', text: 'run everything, judge failures at the end', retry: true },
  {
    flags: '--retry-on-error [n]',
    text: 'run a failed sample again, up to n times (default 1)',
    parse: parseWholeFrom(0),
    retry: true,
  },
  {
    flags: '--engine <name[@version]>',
    text: 'who runs it: assay (default), inspect (the real Inspect AI) or lighteval',
    parse: parseEngine,
  },
  {
    flags: '--engine-python <path>',
    text: 'Python, or virtual environment, that has the engine (default: made with uv, once)',
  },
  { flags: '--tasks-path <folder>', text: 'task files of lm-evaluation-harness, for lm-eval/TASK' },
  { flags: '--num-fewshot <n>', text: 'examples in each prompt of lm-eval/TASK', parse: parseWholeFrom(0) },
  {
    flags: '--prompt-form <chat|plain>',
    text: 'how prompts of lm-eval/TASK are sent: as messages, or as one text',
    parse: parseOneOf('chat', 'plain'),
  },
  {
    flags: '--templates <source>',
    text: 'prompt texts: assay, inspect, a folder inspect_ai or its wheel (default: what is found)',
    retry: true,
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
export const NOT_YET = ['-M, --model-args <key=value>', '--solver <name>', '--sandbox <spec>'];

/** Flags of `eval-set` alone. */
export const SET_FLAGS: Flag[] = [
  { flags: '--retry-attempts <n>', text: 'most attempts in all (default 10)', parse: parseWholeFrom(1) },
  {
    flags: '--retry-wait <seconds>',
    text: 'before the second attempt; longer each time (default 30)',
    parse: parseNumber,
  },
  {
    flags: '--retry-connections <factor>',
    text: 'on --max-connections, at each further attempt',
    parse: parseNumber,
  },
  { flags: '--no-retry-cleanup', text: 'keep the logs that a retry has replaced' },
  { flags: '--max-tasks <n>', text: 'most runs at a time (default 4)', parse: parseWholeFrom(1) },
  { flags: '--log-dir-allow-dirty', text: 'the log folder may hold other logs too' },
];
