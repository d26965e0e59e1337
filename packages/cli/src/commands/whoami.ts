import { whoami } from '@assay/client';
import { Command } from 'commander';
import { readConnection } from '../environment.ts';
import type { Surroundings } from '../surroundings.ts';

export function createWhoamiCommand(surroundings: Surroundings): Command {
  return new Command('whoami')
    .description('Say which hub this machine talks to, and as whom.')
    .addHelpText('after', '\nExample:\n  $ HF_ENDPOINT=http://127.0.0.1:7860 HF_TOKEN=hf_… assay whoami\n')
    .action(async () => {
      const connection = readConnection(surroundings.env);
      const me = await whoami(connection);
      const role = me.auth.accessToken?.role ?? me.auth.type;
      surroundings.write(`${me.name} (${role}) at ${connection.endpoint}\n`);
      if (me.orgs.length > 0) {
        const orgs = me.orgs.map((org) => (org.roleInOrg ? `${org.name} (${org.roleInOrg})` : org.name));
        surroundings.write(`member of ${orgs.join(', ')}\n`);
      }
    });
}
