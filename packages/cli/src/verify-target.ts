import { existsSync, statSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type HubConnection, type ResultRow, readBundle, readModelResults } from '@assay/client';
import { type Bundle, formatBundle } from '@assay/proof';
import { parseEvalResults, parseRepoName, type ResultEntry } from '@assay/spec';
import { toCarefulHub } from './careful-hub.ts';
import { CliError } from './cli-error.ts';

/** One thing to check: a bundle, or why there is none. */
export interface VerifyTarget {
  name: string;
  bundle: Uint8Array | null;
  /** Why there is nothing to check. */
  reason?: string;
  /** Where the log behind it may be asked for. */
  evidence?: { hub: HubConnection; digest: string };
}

/**
 * What `RESULT|FILE|MODEL|URL` names. A file is a bundle or a result file, a folder holds bundles; the others are asked of
 * the hub, which is not trusted with anything: no token goes to another than the configured one.
 * @throws CliError `usage`
 */
export async function* readTargets(
  text: string,
  connection: HubConnection,
  offline: boolean,
): AsyncGenerator<VerifyTarget> {
  if (existsSync(text)) yield* readLocal(text, connection, offline);
  else if (offline)
    throw new CliError('usage', `there is no file ${text}; --offline checks bundles on this disk`, {
      hint: 'assay bundle RESULT --out FILE makes one, while there is a network',
    });
  else yield* askHub(text, connection);
}

async function* readLocal(
  path: string,
  connection: HubConnection,
  offline: boolean,
): AsyncGenerator<VerifyTarget> {
  if (statSync(path).isDirectory()) {
    const names = (await readdir(path)).filter((name) => name.endsWith('.json')).sort();
    for (const name of names) yield* readLocal(join(path, name), connection, offline);
  } else if (!/\.ya?ml$/.test(path)) yield { name: path, bundle: await readFile(path) };
  else if (offline)
    throw new CliError('usage', `${path} holds scores, not their proofs; --offline checks bundles`, {
      hint: 'assay bundle RESULT --out FILE makes one, while there is a network',
    });
  else yield* readResultFile(path, connection);
}

/** The entries of a result file as they stand on this disk, each under the proofs that the hub has of its token. */
async function* readResultFile(path: string, hub: HubConnection): AsyncGenerator<VerifyTarget> {
  const parsed = parseEvalResults(await readFile(path, 'utf8'));
  if (!parsed.ok) {
    const [issue] = parsed.issues;
    throw new CliError('usage', `${path} is no result file: line ${issue?.line}: ${issue?.message}`);
  }
  for (const [at, entry] of parsed.value.entries()) {
    const name = `${path} entry ${at + 1}  ${entry.dataset.id} ${entry.dataset.taskId}: ${entry.valueText}`;
    if (entry.verifyToken === undefined) continue;
    yield await proveEntry(hub, name, entry);
  }
}

async function proveEntry(hub: HubConnection, name: string, entry: ResultEntry): Promise<VerifyTarget> {
  const model = modelIn(entry.verifyToken ?? '');
  if (model === undefined || !parseRepoName(model).ok)
    return { name, bundle: null, reason: 'its verifyToken is none that a hub of this kind made' };
  const { results } = await readModelResults(toCarefulHub(hub), model);
  for (const row of results.filter(({ verification }) => verification)) {
    const target = await readOne(hub, row.id, name, row);
    const bundle = target.bundle && (JSON.parse(Buffer.from(target.bundle).toString('utf8')) as Bundle);
    if (bundle?.result.entry.verifyToken !== entry.verifyToken) continue;
    // What is judged is what this file says, not what the hub's copy says.
    return { ...target, bundle: formatBundle({ ...bundle!, result: { model, entry: entry.json } }) };
  }
  return { name, bundle: null, reason: `${hub.endpoint} knows no result of ${model} with this token` };
}

/** The model that a token names; nothing is believed here, it only says where to ask. */
function modelIn(token: string): string | undefined {
  try {
    const { sub } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    return typeof sub === 'string' ? sub : undefined;
  } catch {
    return undefined;
  }
}

async function* askHub(text: string, connection: HubConnection): AsyncGenerator<VerifyTarget> {
  const url = /^https?:\/\//.test(text) ? new URL(text) : null;
  const hub: HubConnection =
    url && url.origin !== connection.endpoint ? { endpoint: url.origin } : connection;
  const path = url ? url.pathname.replace(/^\/+|\/+$/g, '') : text;
  const id = /^(?:results\/)?([0-9a-f]{24})$/.exec(path)?.[1];
  if (id) return yield await readOne(hub, id, `result ${id}`);
  if (!parseRepoName(path).ok)
    throw new CliError('usage', `${text} is no bundle, result file, result id, model or address of one`);
  const { results } = await readModelResults(toCarefulHub(hub), path);
  for (const row of results) if (row.verification) yield await readOne(hub, row.id, nameOf(row), row);
}

const nameOf = ({ model, dataset, taskId, valueText }: ResultRow) =>
  `${model}  ${dataset} ${taskId}: ${valueText}`;

async function readOne(hub: HubConnection, id: string, name: string, row?: ResultRow): Promise<VerifyTarget> {
  try {
    const bundle = await readBundle(toCarefulHub(hub), id);
    const digest = row?.evidence ?? digestIn(bundle);
    // A log may be of any length: whoever reads it knows from its statement how long it is.
    const evidence = digest && { hub: toCarefulHub(hub, Number.POSITIVE_INFINITY), digest };
    return { name, bundle, ...(evidence && { evidence }) };
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
