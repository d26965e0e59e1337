import type { Issue, Parsed } from '@assay/spec';
import { type ConfigKeys, configKeys } from './keys.ts';
import type { Reader } from './readers.ts';

type ValueOf<K> = K extends { reader: Reader<infer T>; fallback: infer F }
  ? F extends undefined
    ? T | undefined
    : T
  : K extends { reader: Reader<infer T> }
    ? T | undefined
    : never;

/** The settings of one hub, checked and frozen. */
export type Config = Readonly<{ [K in keyof ConfigKeys]: ValueOf<ConfigKeys[K]> }>;

/** Values by key, as text: what command-line flags give. */
export type ConfigOverrides = Partial<Record<keyof ConfigKeys, string | undefined>>;

/**
 * Reads the settings: an override wins over the environment, that over the default. An empty text counts as not given.
 * All faults are told at once; an issue's `path` is the variable's name, and a secret's text is never in it.
 */
export function loadConfig(
  env: Record<string, string | undefined>,
  overrides: ConfigOverrides = {},
): Parsed<Config> {
  const issues: Issue[] = [];
  const values: Record<string, unknown> = {};
  for (const name of Object.keys(configKeys) as (keyof ConfigKeys)[]) {
    const key = configKeys[name];
    const text = overrides[name] || env[key.env];
    if (!text) {
      values[name] = key.fallback;
      continue;
    }
    const reading = (key.reader as Reader<unknown>).read(text);
    if ('value' in reading) values[name] = reading.value;
    else issues.push(toIssue(key.env, key.secret ? '[hidden]' : text, reading.problem));
  }
  if (values.s3Bucket !== undefined) issues.push(...missingKeys(values));
  if (issues.length > 0) return { ok: false, issues };
  return { ok: true, value: Object.freeze(values) as Config, warnings: [] };
}

function missingKeys(values: Record<string, unknown>): Issue[] {
  return (['s3AccessKeyId', 's3SecretAccessKey'] as const)
    .filter((name) => values[name] === undefined)
    .map((name) => toIssue(configKeys[name].env, '', 'given, as ASSAY_S3_BUCKET is'));
}

function toIssue(env: string, shown: string, problem: string): Issue {
  return {
    code: 'bad-setting',
    severity: 'error',
    path: env,
    line: 0,
    column: 0,
    message: `${env} is "${shown}"; it must be ${problem}`,
    hint: `Set ${env} to ${problem}, or leave it out for the default.`,
  };
}

/** The settings as lines to print; secrets are hidden. */
export function describeConfig(config: Config): string[] {
  return (Object.keys(configKeys) as (keyof ConfigKeys)[]).map((name) => {
    const value = config[name];
    const shown = value === undefined ? '(not set)' : configKeys[name].secret ? '[hidden]' : String(value);
    return `${configKeys[name].env}=${shown}`;
  });
}
