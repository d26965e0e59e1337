import { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import { readConfig } from '../read-config.ts';
import { createStageReport } from '../stage-report.ts';
import type { Surroundings } from '../surroundings.ts';

/** `assay restore`: makes a hub from a backup, in an empty place, and checks it. */
export function createRestoreCommand(surroundings: Surroundings): Command {
  return new Command('restore')
    .description('Make a hub from a backup, in an empty data folder and an empty database.')
    .argument('<folder>', 'the backup')
    .option('--data <folder>', 'data folder of the new hub (ASSAY_DATA; ./.assay/hub)')
    .addHelpText(
      'after',
      `
Every byte is checked against the backup's digests, and the index is built anew and compared. A restore that breaks off
leaves no hub behind: run the same command again.

The new hub continues the transparency log where the backup ends it. If the old hub published more after the backup, those
who saw that will see two histories: stop the old hub first, and back up once more if you can.

Examples:
  assay restore /backups/hub-2026-01-15 --data ./data
  DATABASE_URL=postgresql://… assay restore /backups/hub-2026-01-15 --data /shared/hub`,
    )
    .action((folder: string, flags: { data?: string }) => restore(folder, flags, surroundings));
}

async function restore(folder: string, flags: { data?: string }, surroundings: Surroundings): Promise<void> {
  const { createHub, createLogger, formatDifference, reindex, restoreBackup } = await import('@assay/hub');
  const config = await readConfig(surroundings.env, { dataDir: flags.data });
  const log = createLogger((line) => surroundings.writeError(`${line}\n`));
  const onProgress = createStageReport(surroundings);
  const restored = await restoreBackup(config, folder, { log, onProgress });
  surroundings.writeError('Building the index.\n');
  const hub = await createHub(config, { log, purpose: 'visit' });
  try {
    const differences = await reindex(hub.context, { check: true });
    for (const difference of differences) surroundings.write(`${formatDifference(difference)}\n`);
    if (differences.length > 0)
      throw new CliError(
        'restore-differs',
        'the restored repos are not what the restored record says of them',
        {
          hint: 'The lines above name each difference. Please report them; the backup is unchanged.',
        },
      );
  } finally {
    await hub.close();
  }
  surroundings.write(
    `${config.dataDir} holds the hub as of ${restored.createdAt}: ${restored.repos.count} repos, ${restored.blobs.count} large ` +
      `files. The transparency log goes on after ${restored.tlogSize} leaves.\n`,
  );
}
