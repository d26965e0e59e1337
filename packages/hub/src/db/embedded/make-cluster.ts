import { execFile } from 'node:child_process';
import { chown, mkdtemp, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { HubError } from '../../errors.ts';
import type { PostgresBinaries } from './binaries.ts';
import type { RunAs } from './run-as.ts';

const run = promisify(execFile);

/** Superuser of an embedded cluster. There is no password: the socket lies in a folder only its owner may enter. */
export const superuser = 'assay';

/** All that PostgreSQL's programs see of our environment. */
export const environment = { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

/**
 * Makes the cluster unless it is there: beside its place, then renamed, so that one that broke off is never used and of
 * two that race one stands.
 * @throws HubError `postgres-unavailable`
 */
export async function makeCluster(
  binaries: PostgresBinaries,
  runAs: RunAs,
  clusterDir: string,
): Promise<void> {
  if (await stat(join(clusterDir, 'PG_VERSION')).catch(() => null)) return;
  const draft = await mkdtemp(`${clusterDir}.new-`);
  try {
    if (runAs.owner) await chown(draft, runAs.owner.uid, runAs.owner.gid);
    const words = [...runAs.prefix, binaries.initdb, '-D', draft, '-U', superuser, '--auth=trust'];
    words.push('--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C');
    const [command, ...args] = words as [string, ...string[]];
    await run(command, args, { cwd: '/', env: environment, ...runAs.ids });
    await rename(draft, clusterDir);
    await syncFolder(dirname(clusterDir));
  } catch (cause) {
    await rm(draft, { recursive: true, force: true });
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === 'ENOTEMPTY' || code === 'EEXIST') return; // another process was first
    const said = (cause as { stderr?: string }).stderr?.trim().split('\n').slice(-3).join(' ') ?? '';
    throw new HubError(
      'postgres-unavailable',
      `could not make a PostgreSQL cluster in ${clusterDir}: ${said}`,
      {
        cause,
        hint: 'Run "npm rebuild" when a shared library is missing; else see the message, or set DATABASE_URL.',
      },
    );
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder);
  await handle.sync().finally(() => handle.close());
}
