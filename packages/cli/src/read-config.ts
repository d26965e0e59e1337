import type { Config, ConfigOverrides } from '@assay/hub';
import { CodedError } from '@assay/spec';

/** The hub's settings from flags and environment. @throws CodedError `bad-setting` that lists all faults */
export async function readConfig(
  env: Record<string, string | undefined>,
  overrides: ConfigOverrides,
): Promise<Config> {
  // Loaded when needed: the other commands start twice as fast without the hub.
  const { loadConfig } = await import('@assay/hub');
  const parsed = loadConfig(env, overrides);
  if (parsed.ok) return parsed.value;
  throw new CodedError('bad-setting', parsed.issues.map((issue) => issue.message).join('\n'), {
    hint: 'docs/operate.md lists all settings.',
  });
}
