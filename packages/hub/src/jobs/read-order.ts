import { HubError } from '../errors.ts';
import { optionalText, requiredText } from '../http/request-body.ts';

type Body = Record<string, unknown>;

/** What a command is to be, before its buckets are looked up. */
export interface CommandOrder {
  image: string;
  command: string[];
  environment: Record<string, string>;
  secrets: Record<string, string>;
  labels: Record<string, string>;
  flavor: string;
  timeoutSeconds: number;
  attempts: number;
  volumes: { source: string; mountPath: string; path: string }[];
}

const defaultTimeoutSeconds = 1_800;

/** Reads the body of the Hub's "run a job". @throws HubError `invalid-input` for what is wrong or not offered here */
export function readCommandOrder(body: Body): CommandOrder {
  if (typeof body.spaceId === 'string')
    throw new HubError('invalid-input', 'jobs from Spaces are not offered by this hub; name an image');
  for (const name of ['expose', 'ssh'] as const) {
    if (body[name])
      throw new HubError('invalid-input', `"${name}" is not offered by this hub: a job has no network`);
  }
  const command = [...readTexts(body, 'command'), ...readTexts(body, 'arguments')];
  if (command.length === 0) throw new HubError('invalid-input', '"command" is missing');
  return {
    image: requiredText(body, 'dockerImage', 500),
    command,
    environment: readTable(body, 'environment', variableName),
    secrets: readTable(body, 'secrets', variableName),
    labels: readLabels(body),
    flavor: optionalText(body, 'flavor', 100) ?? 'cpu-basic',
    timeoutSeconds: readCount(body, 'timeoutSeconds') ?? defaultTimeoutSeconds,
    attempts: Math.min(readCount(body, 'attempts') ?? 1, 10),
    volumes: readVolumes(body),
  };
}

const variableName = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;
const labelName = /^[\w./-]{1,128}$/;

export function readLabels(body: Body): Record<string, string> {
  return readTable(body, 'labels', labelName, 500);
}

/** A table of secrets: names of variables to texts. */
export function readSecrets(body: Body): Record<string, string> {
  return readTable(body, 'secrets', variableName);
}

/** A whole number from 1, or undefined. */
export function readCount(body: Body, key: string): number | undefined {
  const value = body[key];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 1) return value;
  throw new HubError('invalid-input', `"${key}" must be a whole number from 1`);
}

/** A number above 0, or undefined. */
export function readAmount(body: Body, key: string): number | undefined {
  const value = body[key];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && Number.isFinite(value) && value > 0) return value;
  throw new HubError('invalid-input', `"${key}" must be a number above 0`);
}

function readTable(body: Body, key: string, names: RegExp, longest = 65_536): Record<string, string> {
  const value = body[key] ?? {};
  const bad = (why: string) => new HubError('invalid-input', `"${key}" ${why}`);
  if (typeof value !== 'object' || Array.isArray(value)) throw bad('must be a table of texts');
  const entries = Object.entries(value as Record<string, unknown>);
  if (entries.length > 200) throw bad('has more than 200 entries');
  for (const [name, text] of entries) {
    // The value may be a secret: a message names the name alone.
    if (!names.test(name)) throw bad(`has a name that is not allowed: ${name.slice(0, 60)}`);
    if (typeof text !== 'string' || text.includes('\0') || text.length > longest)
      throw bad(`must have a text of at most ${longest} characters under ${name}`);
  }
  return Object.fromEntries(entries) as Record<string, string>;
}

function readTexts(body: Body, key: string): string[] {
  const value = body[key] ?? [];
  const fine =
    Array.isArray(value) &&
    value.length <= 1_000 &&
    value.every((one) => typeof one === 'string' && !one.includes('\0') && one.length <= 65_536);
  if (fine) return value as string[];
  throw new HubError('invalid-input', `"${key}" must be a list of texts`);
}

function readVolumes(body: Body): CommandOrder['volumes'] {
  const value = body.volumes ?? [];
  if (!Array.isArray(value) || value.length > 20)
    throw new HubError('invalid-input', '"volumes" must be a short list');
  return value.map((one: Body | null) => {
    const volume = one ?? {};
    if (volume.type !== 'bucket')
      throw new HubError('invalid-input', 'only buckets can be mounted; read repos through HF_ENDPOINT');
    const mountPath = requiredText(volume, 'mountPath', 500);
    if (!isFreePath(mountPath))
      throw new HubError('invalid-input', `nothing can be mounted at "${mountPath.slice(0, 100)}"`);
    const path = (optionalText(volume, 'path', 1_000) ?? '').replace(/^\/+|\/+$/g, '');
    return { source: requiredText(volume, 'source', 300), mountPath, path };
  });
}

/** A path of its own below the root: not the system's, not the work folder's. */
function isFreePath(path: string): boolean {
  return (
    /^\/[\w.-]+(\/[\w.-]+)*$/.test(path) &&
    !/^\/(usr|bin|sbin|lib\w*|etc|proc|dev|sys|work|tmp)(\/|$)/.test(path) &&
    !/\/\.\.?(\/|$)/.test(path)
  );
}
