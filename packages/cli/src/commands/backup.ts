import { Command } from 'commander';
import { readConfig } from '../read-config.ts';
import { createStageReport } from '../stage-report.ts';
import type { Surroundings } from '../surroundings.ts';

/** `assay backup`: everything a hub is, as of one moment, in a new folder. The hub may run meanwhile. */
export function createBackupCommand(surroundings: Surroundings): Command {
  return new Command('backup')
    .description(
      'Write repos, large files, record and keys of a hub into a new folder; the hub may run or not.',
    )
    .argument('<folder>', 'where the backup goes; it must not exist yet')
    .option('--data <folder>', 'data folder of the hub (ASSAY_DATA; ./.assay/hub)')
    .addHelpText(
      'after',
      `
The database is the one in the data folder, or the one that DATABASE_URL names.
The backup holds secrets: the hub's signing keys and the hashes of passwords and tokens. Keep it as you keep those.

Examples:
  assay backup --data ./data /backups/hub-2026-01-15
  DATABASE_URL=postgresql://… assay backup --data /shared/hub /backups/hub-2026-01-15`,
    )
    .action((folder: string, flags: { data?: string }) => backUp(folder, flags, surroundings));
}

async function backUp(folder: string, flags: { data?: string }, surroundings: Surroundings): Promise<void> {
  const { createHub, createLogger, writeBackup } = await import('@assay/hub');
  const config = await readConfig(surroundings.env, { dataDir: flags.data });
  const log = createLogger((line) => surroundings.writeError(`${line}\n`));
  const hub = await createHub(config, { log, purpose: 'visit' });
  try {
    const made = await writeBackup(hub.context, folder, createStageReport(surroundings));
    const deleted = made.deleted.length > 0 ? `, ${made.deleted.length} were deleted meanwhile` : '';
    surroundings.write(
      `${folder} holds the hub as of ${made.createdAt}: ${made.repos.count} repos${deleted}, ${made.blobs.count} large files, ` +
        `${made.tlogSize} leaves of the transparency log.\n`,
    );
  } finally {
    await hub.close();
  }
}
