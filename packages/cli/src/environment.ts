import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { HubConnection } from '@assay/client';

export type Environment = Record<string, string | undefined>;

const HUGGING_FACE = 'https://huggingface.co';

/**
 * Which hub, as whom: `HF_ENDPOINT` (default huggingface.co) and `HF_TOKEN`. The token file that `hf auth login`
 * writes is read for huggingface.co only: it was given to that hub and to no other.
 */
export function readConnection(env: Environment): HubConnection {
  const endpoint = (env.HF_ENDPOINT || HUGGING_FACE).replace(/\/+$/, '');
  const token =
    env.HF_TOKEN ||
    env.HUGGING_FACE_HUB_TOKEN ||
    (endpoint === HUGGING_FACE ? readTokenFile(env) : undefined);
  return token ? { endpoint, token: token.trim() } : { endpoint };
}

function readTokenFile(env: Environment): string | undefined {
  const home = env.HF_HOME || join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'huggingface');
  try {
    return readFileSync(env.HF_TOKEN_PATH || join(home, 'token'), 'utf8').trim() || undefined;
  } catch {
    return undefined;
  }
}

/** A folder for what can be made or fetched again. */
export function toCacheFolder(env: Environment, name: string): string {
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'assay', name);
}
