import { readFile } from 'node:fs/promises';
import {
  type AssuranceLevel,
  addIssuer,
  changeIssuer,
  type Issuer,
  type NewIssuer,
  readTrust,
  removeIssuer,
  setVerifiedLevel,
} from '@assay/client';
import { Command, Option } from 'commander';
import { CliError } from '../cli-error.ts';
import { readConnection } from '../environment.ts';
import type { Surroundings } from '../surroundings.ts';
import { toTextTable } from '../text-table.ts';

const LEVELS = ['none', 'claim', 'ci', 'worker'];

const EXAMPLES = `
Examples:
  $ assay issuers list
  $ assay issuers add hub https://evals.example.org --name "Example evals" --level worker
  $ assay issuers add ci https://token.actions.githubusercontent.com --name "Our CI" --level ci \\
      --subject "repo:org/evals:ref:refs/heads/main" --keys jwks.json
  $ assay issuers level ID none
  $ assay issuers policy ci               # the badge asks for this level at least

Levels: none, claim (only its maker can check it), ci (a CI system says which workflow ran), worker (a trusted worker ran
the benchmark and logged a statement). Of a hub, the key of its log is asked of the hub itself: compare what is printed
with a copy from elsewhere, or name it with --log-key.
`;

interface AddFlags {
  name: string;
  level: AssuranceLevel;
  logKey?: string;
  subject?: string;
  keys?: string;
}

export function createIssuersCommand(surroundings: Surroundings): Command {
  const connection = () => readConnection(surroundings.env);
  const level = () =>
    new Option('--level <level>', 'how far it is believed').choices(LEVELS).makeOptionMandatory();
  const list = new Command('list')
    .description('Whose tokens the hub believes, and how far.')
    .action(async () => {
      const { issuers, verifiedLevel } = await readTrust(connection());
      const rows = issuers.map((one) => [
        one.id,
        one.kind,
        one.level,
        one.name,
        one.url,
        `${one.statements} statements`,
      ]);
      surroundings.write(`${toTextTable(rows)}\nThe badge asks for: ${verifiedLevel}\n`);
    });
  const add = new Command('add')
    .description('Believe another issuer.')
    .argument('<kind>', 'hub, ci or opaque')
    .argument('<url>', 'the issuer as its tokens name it')
    .requiredOption('--name <text>', 'how it is called on pages')
    .addOption(level())
    .option('--log-key <key>', "of a hub: its log's verifier key")
    .option('--subject <text>', 'of a CI system: subject that tokens must have; * at the end for anything')
    .option('--keys <file>', 'of a CI system: its JWKS')
    .action(async (kind: Issuer['kind'], url: string, flags: AddFlags) => {
      const issuer = await addIssuer(connection(), await toNewIssuer(kind, url, flags));
      surroundings.write(`added ${issuer.id}${issuer.logKey ? `, log ${issuer.logKey}` : ''}\n`);
    });
  const change = new Command('level')
    .description('Change how far an issuer is believed.')
    .argument('<id>')
    .argument('<level>', LEVELS.join(', '))
    .action(async (id: string, wanted: AssuranceLevel) => {
      const issuer = await changeIssuer(connection(), id, { level: wanted });
      surroundings.write(`${issuer.name}: ${issuer.level}\n`);
    });
  const remove = new Command('remove')
    .description('Believe an issuer no more.')
    .argument('<id>')
    .action(async (id: string) => {
      await removeIssuer(connection(), id);
      surroundings.write(`removed ${id}\n`);
    });
  const policy = new Command('policy')
    .description('Say which level earns the badge.')
    .argument('<level>', 'ci or worker')
    .action(async (wanted: AssuranceLevel) => {
      await setVerifiedLevel(connection(), wanted);
      surroundings.write(`the badge asks for: ${wanted}\n`);
    });
  const all = new Command('issuers').description('Say whose tokens the hub believes, and how far.');
  for (const command of [list, add, change, remove, policy]) all.addCommand(command);
  return all.addHelpText('after', EXAMPLES);
}

async function toNewIssuer(kind: Issuer['kind'], url: string, flags: AddFlags): Promise<NewIssuer> {
  const { name, level, subject } = flags;
  const logKey = flags.logKey ?? (kind === 'hub' ? await readLogKey(url) : undefined);
  const keys = flags.keys === undefined ? undefined : await readKeys(flags.keys);
  return {
    kind,
    url,
    name,
    level,
    ...(logKey && { logKey }),
    ...(subject && { subject }),
    ...(keys !== undefined && { keys }),
  };
}

async function readLogKey(url: string): Promise<string> {
  const { log } = await readTrust({ endpoint: new URL(url).origin });
  return log.verifierKey;
}

async function readKeys(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new CliError('usage', `${path} holds no JWKS`, { cause });
  }
}
