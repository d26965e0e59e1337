import { Command } from 'commander';
import { readConfig } from '../read-config.ts';
import type { Surroundings } from '../surroundings.ts';

/** `assay reindex`: rebuilds the index from git and the record, or tells how they differ. The hub may run meanwhile. */
export function createReindexCommand(surroundings: Surroundings): Command {
  return new Command('reindex')
    .description('Rebuild the index from git and the record; the hub may run or not.')
    .option('--data <folder>', 'data folder of the hub (ASSAY_DATA; ./.assay/hub)')
    .option('--check', 'change nothing; print each difference and exit 1 when there is one')
    .action((flags: { data?: string; check?: boolean }) => rebuild(flags, surroundings));
}

async function rebuild(flags: { data?: string; check?: boolean }, surroundings: Surroundings): Promise<void> {
  const { createHub, createLogger, formatDifference, reindex } = await import('@assay/hub');
  const config = await readConfig(surroundings.env, { dataDir: flags.data });
  const log = createLogger((line) => surroundings.writeError(`${line}\n`));
  const hub = await createHub(config, { log, purpose: 'visit' });
  try {
    const differences = await reindex(hub.context, { check: flags.check ?? false });
    for (const difference of differences) surroundings.write(`${formatDifference(difference)}\n`);
    if (!flags.check) surroundings.write('The index is rebuilt.\n');
    else if (differences.length === 0) surroundings.write('The index equals a rebuild.\n');
    else surroundings.exitCode = 1;
  } finally {
    await hub.close();
  }
}
