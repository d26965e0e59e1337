import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { HubError } from '../../errors.ts';

const run = promisify(execFile);

/** How to start a program of PostgreSQL: as this process, as another user, or through `setpriv`. */
export interface RunAs {
  /** Words put before the program. */
  prefix: string[];
  /** Ids for child_process; empty when `prefix` sets them, or when nothing changes. */
  ids: { uid?: number; gid?: number };
  /** Who owns the cluster's files. */
  owner: { uid: number; gid: number } | null;
}

/** The first folder on the way into `folder` that `uid` may not enter, by its mode bits; null when the way is open. */
export async function firstClosedFolder(folder: string, uid: number, gid: number): Promise<string | null> {
  for (const step of wayInto(folder)) {
    const { mode, uid: owner, gid: group } = await stat(step);
    const bit = owner === uid ? 0o100 : group === gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return step;
  }
  return null;
}

function wayInto(folder: string): string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [...wayInto(parent), folder];
}

/**
 * PostgreSQL refuses to run as root. A root hub starts it under `uid`; when a folder on the way is closed to that uid
 * (a clone in a 0700 folder), it keeps one capability, passing closed folders, and loses all others. Measured: the
 * `no_setuid_fixup` bit is needed, as access(2) otherwise ignores capabilities of a non-root caller.
 * @param folders that the programs must enter
 * @throws HubError `postgres-unavailable` naming the closed folder when neither way works
 */
export async function planRunAs(hubUid: number, uid: number, folders: string[]): Promise<RunAs> {
  if (hubUid !== 0) return { prefix: [], ids: {}, owner: null };
  const owner = { uid, gid: uid };
  const closed = (await Promise.all(folders.map((folder) => firstClosedFolder(folder, uid, uid)))).find(
    Boolean,
  );
  if (!closed) return { prefix: [], ids: owner, owner };
  const prefix = [
    'setpriv',
    `--reuid=${uid}`,
    `--regid=${uid}`,
    '--clear-groups',
    '--securebits=+no_setuid_fixup',
    '--inh-caps=-all,+dac_override',
    '--ambient-caps=-all,+dac_override',
    '--bounding-set=-all,+dac_override',
  ];
  if (await works(prefix, folders)) return { prefix, ids: {}, owner };
  throw new HubError(
    'postgres-unavailable',
    `the embedded PostgreSQL runs as user id ${uid}, which may not enter ${closed}`,
    {
      hint: `Run "chmod o+x ${closed}", or move the clone and the data folder to one it may enter, or name another user by ASSAY_POSTGRES_UID, or set DATABASE_URL.`,
    },
  );
}

async function works(prefix: string[], folders: string[]): Promise<boolean> {
  const [command, ...args] = prefix as [string, ...string[]];
  const script = 'for folder; do test -x "$folder" || exit 1; done';
  try {
    await run(command, [...args, '/bin/sh', '-c', script, 'sh', ...folders], { cwd: '/' });
    return true;
  } catch {
    return false;
  }
}
