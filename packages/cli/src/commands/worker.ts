import { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import { readConfig } from '../read-config.ts';
import type { Surroundings } from '../surroundings.ts';

interface WorkerFlags {
  data?: string;
  hubUrl?: string;
  quiet?: boolean;
}

const EXAMPLES = `
Examples:
  $ DATABASE_URL=postgresql://… ASSAY_SECRETS_KEY=… assay worker --hub-url https://hub.example.org --data ./worker
  $ assay worker --data /srv/assay --hub-url http://127.0.0.1:7860   # beside a hub, on its own folder

With DATABASE_URL, any number of machines may work for one hub. Each needs the hub's address and, for jobs with secrets,
the hub's ASSAY_SECRETS_KEY (else the content of DATA/secrets.key).
`;

/** `assay worker`: does jobs of the queue until it is asked to stop. */
export function createWorkerCommand(surroundings: Surroundings): Command {
  return new Command('worker')
    .description('Do jobs of a hub: evaluations and, where there is a sandbox, commands.')
    .option('--data <folder>', 'where it keeps what it works on (ASSAY_DATA; ./.assay/hub)')
    .option('--hub-url <url>', 'address of the hub (ASSAY_HUB_URL, ASSAY_PUBLIC_URL)')
    .option('--quiet', 'print no log lines')
    .addHelpText('after', EXAMPLES)
    .action((flags: WorkerFlags) => work(flags, surroundings));
}

async function work(flags: WorkerFlags, surroundings: Surroundings): Promise<void> {
  const { createHub, createLogger, silentLogger, startWorker } = await import('@assay/hub');
  const config = await readConfig(surroundings.env, { dataDir: flags.data, hubUrl: flags.hubUrl });
  const hubUrl = config.hubUrl ?? config.publicUrl;
  if (!hubUrl)
    throw new CliError('usage', 'it is not known where the hub is', {
      hint: 'give --hub-url https://hub.example.org',
    });
  const stop = surroundings.interrupted();
  const log = flags.quiet ? silentLogger : createLogger((line) => surroundings.writeError(`${line}\n`));
  const hub = await createHub(config, { log, purpose: 'work' });
  try {
    const worker = await startWorker(hub.context, { hubUrl, remote: config.databaseUrl !== undefined });
    surroundings.write(`Worker ${worker.id} does jobs of ${hubUrl}\n`);
    surroundings.write(`Stopping (${await stop}).\n`);
    await worker.close();
  } finally {
    await hub.close();
  }
}
