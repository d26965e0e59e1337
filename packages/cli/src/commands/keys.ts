import { readTrust, revokeKey, rotateKey } from '@assay/client';
import { Command } from 'commander';
import { readConnection } from '../environment.ts';
import type { Surroundings } from '../surroundings.ts';
import { toTextTable } from '../text-table.ts';

const EXAMPLES = `
Examples:
  $ assay keys list
  $ assay keys rotate                                   # what the old key signed stays good
  $ assay keys revoke KEY --reason "the laptop was stolen"   # nothing that it signed is good any more

HF_ENDPOINT names the hub, HF_TOKEN an administrator. Every change is a leaf of the transparency log.
`;

export function createKeysCommand(surroundings: Surroundings): Command {
  const connection = () => readConnection(surroundings.env);
  const list = new Command('list')
    .description('Every statement key that the hub ever had.')
    .action(async () => {
      const { keys } = await readTrust(connection());
      const rows = keys.map((key) => [
        key.id,
        key.state,
        key.held,
        key.createdAt,
        `${key.statements} statements`,
        key.reason ?? '',
      ]);
      surroundings.write(`${toTextTable(rows)}\n`);
    });
  const rotate = new Command('rotate')
    .description('Retire the current statement key and make another.')
    .action(async () => {
      const { retired, current } = await rotateKey(connection());
      surroundings.write(`${retired ? `retired ${retired}\n` : ''}current ${current}\n`);
    });
  const revoke = new Command('revoke')
    .description('Take back all that a key signed. Cannot be undone.')
    .argument('<key>', 'id of the key, as assay keys list shows it')
    .requiredOption('--reason <text>', 'why; shown wherever its results stood')
    .action(async (key: string, { reason }: { reason: string }) => {
      await revokeKey(connection(), key, reason);
      surroundings.write(`revoked ${key}: its results have lost the badge\n`);
    });
  return new Command('keys')
    .description('Look after the keys that sign statements and tokens.')
    .addCommand(list)
    .addCommand(rotate)
    .addCommand(revoke)
    .addHelpText('after', EXAMPLES);
}
