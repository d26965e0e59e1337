import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { type HubConnection, type ResultRow, readBundle, readModelResults } from '@assay/client';
import { parseRepoName } from '@assay/spec';
import { CliError } from './cli-error.ts';

/** One thing to check: a bundle, or why there is none. */
export interface VerifyTarget {
  name: string;
  bundle: Uint8Array | null;
  /** Why there is nothing to check. */
  reason?: string;
  /** Where the log behind it may be asked for. */
  evidence?: { connection: HubConnection; digest: string };
}

/**
 * What `RESULT|FILE|MODEL|URL` names. A file is a bundle; the others are asked of the hub.
 * @throws CliError `usage`
 */
export async function readTargets(
  text: string,
  connection: HubConnection,
  offline: boolean,
): Promise<VerifyTarget[]> {
  if (existsSync(text)) return [{ name: text, bundle: await readFile(text) }];
  if (offline)
    throw new CliError('usage', `there is no file ${text}; --offline checks a bundle on this disk`, {
      hint: 'assay bundle RESULT --out FILE makes one, while there is a network',
    });
  const url = /^https?:\/\//.test(text) ? new URL(text) : null;
  const hub: HubConnection =
    url && url.origin !== connection.endpoint ? { endpoint: url.origin } : connection;
  const path = url ? url.pathname.replace(/^\/+|\/+$/g, '') : text;
  const id = /^(?:results\/)?([0-9a-f]{24})$/.exec(path)?.[1];
  if (id) return [await readOne(hub, id, `result ${id}`)];
  if (!parseRepoName(path).ok)
    throw new CliError('usage', `${text} is no bundle file, result id, model or address of one`);
  const { results } = await readModelResults(hub, path);
  return Promise.all(
    results.filter((row) => row.verification).map((row) => readOne(hub, row.id, nameOf(row), row)),
  );
}

const nameOf = ({ model, dataset, taskId, valueText }: ResultRow) =>
  `${model}  ${dataset} ${taskId}: ${valueText}`;

async function readOne(hub: HubConnection, id: string, name: string, row?: ResultRow): Promise<VerifyTarget> {
  try {
    const bundle = await readBundle(hub, id);
    const digest = row?.evidence ?? digestIn(bundle);
    return { name, bundle, ...(digest && { evidence: { connection: hub, digest } }) };
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code === 'unreachable') throw error;
    return { name, bundle: null, reason: row?.verification?.reason ?? error.message };
  }
}

/** The log that the statement names; nothing is believed here, it only says what to ask for. */
function digestIn(bundle: Uint8Array): string | undefined {
  try {
    const { envelope } = JSON.parse(Buffer.from(bundle).toString('utf8')) as {
      envelope: { payload: string };
    };
    const statement = JSON.parse(Buffer.from(envelope.payload, 'base64').toString('utf8'));
    return statement.predicate.log.sha256;
  } catch {
    return undefined;
  }
}
