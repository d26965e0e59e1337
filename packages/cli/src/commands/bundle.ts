import { writeFile } from 'node:fs/promises';
import { readBundle } from '@assay/client';
import { Command } from 'commander';
import { readConnection } from '../environment.ts';
import type { Surroundings } from '../surroundings.ts';

const EXAMPLES = `
Examples:
  $ assay bundle 64f0c0ffee0123456789abcd --out result.bundle.json
  $ assay verify result.bundle.json --offline --trust trusted.json

What stands in a bundle, and how to check it without this program: docs/design/bundle.md.
`;

export function createBundleCommand(surroundings: Surroundings): Command {
  return new Command('bundle')
    .description('Fetch all that proves a result into one file, to be checked without a network.')
    .argument('<result>', 'id of the result')
    .option('--out <file>', 'where to write it (default RESULT.bundle.json)')
    .addHelpText('after', EXAMPLES)
    .action(async (result: string, { out = `${result}.bundle.json` }: { out?: string }) => {
      const bytes = await readBundle(readConnection(surroundings.env), result);
      await writeFile(out, bytes);
      surroundings.write(`${out}: ${bytes.length} bytes\n`);
    });
}
