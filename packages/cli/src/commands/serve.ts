import { Command } from 'commander';
import { readConfig } from '../read-config.ts';
import type { Surroundings } from '../surroundings.ts';
import { ensureWebBuild } from '../web-build.ts';

interface ServeFlags {
  data?: string;
  port?: string;
  host?: string;
  publicUrl?: string;
  quiet?: boolean;
}

/** `assay serve`: the hub and its pages in one process, until it is asked to stop. */
export function createServeCommand(surroundings: Surroundings): Command {
  return new Command('serve')
    .description('Run the hub and its pages.')
    .option('--data <folder>', 'where everything is kept (ASSAY_DATA; ./.assay/hub)')
    .option('--port <number>', 'TCP port; 0 lets the system choose (ASSAY_PORT; 4747)')
    .option('--host <address>', 'address to listen on (ASSAY_HOST; 127.0.0.1)')
    .option('--public-url <url>', 'address by which clients reach it (ASSAY_PUBLIC_URL)')
    .option('--quiet', 'print no log lines')
    .action((flags: ServeFlags) => serve(flags, surroundings));
}

async function serve(flags: ServeFlags, surroundings: Surroundings): Promise<void> {
  const { createHub, createLogger, listen, silentLogger, startJobs } = await import('@assay/hub');
  const say = (line: string) => surroundings.write(`${line}\n`);
  const config = await readConfig(surroundings.env, {
    dataDir: flags.data,
    port: flags.port,
    host: flags.host,
    publicUrl: flags.publicUrl,
  });
  const stop = surroundings.interrupted();
  const log = flags.quiet ? silentLogger : createLogger((line) => surroundings.writeError(`${line}\n`));
  const hub = await createHub(config, { log });
  try {
    const webDir = await ensureWebBuild(say);
    const server = await listen(hub, { port: config.port, host: config.host, webDir });
    const address = config.publicUrl ?? server.url;
    if (hub.setupKey)
      say(`Make the first administrator (link for one use): ${address}/setup?key=${hub.setupKey}`);
    const jobs = await startJobs(hub.context, { hubUrl: server.url, publicUrl: address });
    say(`Assay is at ${server.url}`);
    say(`Stopping (${await stop}).`);
    await jobs.close();
    await server.close();
  } finally {
    await hub.close();
  }
}
