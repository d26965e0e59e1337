import type { AddressInfo } from 'node:net';
import { formatVerifierKey, parseVerifierKey } from '@assay/proof';
import { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import { parseWholeFrom } from '../flag-parsers.ts';
import type { Surroundings } from '../surroundings.ts';
import { createWitnessServer } from '../witness-server.ts';
import { openWitnessState } from '../witness-state.ts';

interface WitnessFlags {
  name: string;
  data: string;
  log: string[];
  port: number;
  host: string;
}

const EXAMPLES = `
Examples:
  $ assay witness --name witness.example.org/1 --data ./witness --log "$(curl -s https://hub.example.org/tlog/vkey)"

Prints its own verifier key. The hub's operator adds it with the address: ASSAY_WITNESSES=NAME+HASH+KEY@https://…
The folder holds the key and what was cosigned: a witness that loses it must begin again under another name.
`;

export function createWitnessCommand(surroundings: Surroundings): Command {
  const collect = (value: string, before: string[] = []) => [...before, value];
  return new Command('witness')
    .description(
      'Cosign checkpoints of logs that only grow (C2SP tlog-witness); refuse a rollback or a split view.',
    )
    .requiredOption('--name <name>', 'name of the witness, such as its address without https://')
    .requiredOption('--data <folder>', 'where its key and memory are')
    .requiredOption('--log <key>', 'verifier key of a log to watch; may be repeated', collect)
    .option('--port <n>', 'TCP port; 0 lets the system choose', parseWholeFrom(0), 4748)
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .addHelpText('after', EXAMPLES)
    .action((flags: WitnessFlags) => serve(flags, surroundings));
}

async function serve(flags: WitnessFlags, surroundings: Surroundings): Promise<void> {
  const state = await openWitnessState(flags.data, flags.name);
  const logs = flags.log.map((key) => parseVerifierKey(key.trim()));
  const server = createWitnessServer(state, logs, (line) => surroundings.writeError(`${line}\n`));
  await new Promise<void>((resolve, reject) => {
    const refuse = (cause: Error) =>
      reject(new CliError('usage', `cannot listen: ${cause.message}`, { cause }));
    server.once('error', refuse).listen(flags.port, flags.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  surroundings.write(`${formatVerifierKey(state.key)}@http://${flags.host}:${port}\n`);
  await surroundings.interrupted();
  await new Promise((resolve) => server.close(resolve));
}
