import { deleteEndpoint, listEndpoints, setEndpoint } from '@assay/client';
import { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import { readConnection } from '../environment.ts';
import { parseNumber } from '../flag-parsers.ts';
import type { Surroundings } from '../surroundings.ts';
import { toTextTable } from '../text-table.ts';

const EXAMPLES = `
Examples:
  $ assay jobs endpoint list
  $ assay jobs endpoint set local http://127.0.0.1:8000/v1
  $ GROQ_KEY=… assay jobs endpoint set groq https://api.groq.com/openai/v1 --key-from GROQ_KEY --price 0.8
  $ assay jobs endpoint delete local

A key that is left out stays, unless the address changes. The hub never gives a key away.
`;

/** `assay jobs endpoint`: where models are served; administrators say so. */
export function createEndpointCommand(surroundings: Surroundings): Command {
  const list = new Command('list').description('The endpoints of this hub.').action(async () => {
    const endpoints = await listEndpoints(readConnection(surroundings.env));
    if (endpoints.length === 0) return surroundings.write('This hub has no endpoints yet.\n');
    const rows = endpoints.map(({ name, baseUrl = '', hasKey, usdPerMillionTokens: price }) => [
      name,
      baseUrl,
      hasKey ? 'with a key' : '',
      price === null ? '' : `$${price} for a million tokens`,
    ]);
    surroundings.write(`${toTextTable(rows)}\n`);
  });
  const set = new Command('set')
    .description('Add an endpoint, or change it (administrators).')
    .argument('<name>', 'what jobs call it: small letters, digits, hyphens')
    .argument('<url>', 'base URL of an OpenAI-compatible API')
    .option('--key-from <variable>', 'environment variable that holds its key')
    .option(
      '--price <usd>',
      'for a million tokens, in US dollars: what ceilings on cost count with',
      parseNumber,
    )
    .action(async (name: string, url: string, flags: { keyFrom?: string; price?: number }) => {
      const key = flags.keyFrom === undefined ? undefined : surroundings.env[flags.keyFrom];
      if (flags.keyFrom !== undefined && !key)
        throw new CliError('usage', `the variable ${flags.keyFrom} is not set`, {
          hint: `export ${flags.keyFrom} first`,
        });
      await setEndpoint(readConnection(surroundings.env), name, {
        baseUrl: url,
        ...(key ? { apiKey: key } : {}),
        ...(flags.price === undefined ? {} : { usdPerMillionTokens: flags.price }),
      });
      surroundings.write(`${name} is at ${url}\n`);
    });
  const remove = new Command('delete')
    .description('Take an endpoint away (administrators).')
    .argument('<name>')
    .action(async (name: string) => {
      await deleteEndpoint(readConnection(surroundings.env), name);
      surroundings.write(`${name} is gone\n`);
    });
  return new Command('endpoint')
    .description('Where models are served.')
    .addCommand(list)
    .addCommand(set)
    .addCommand(remove)
    .addHelpText('after', EXAMPLES);
}
