import { whoami } from '@assay/client';
import { Command } from 'commander';
import { readConnection } from '../environment.ts';

export function createWhoamiCommand(): Command {
  return new Command('whoami')
    .description('say which hub this machine talks to, and as whom')
    .addHelpText('after', '\nExample:\n  $ HF_ENDPOINT=http://127.0.0.1:7860 HF_TOKEN=hf_… assay whoami\n')
    .action(async () => {
      const connection = readConnection(process.env);
      const me = await whoami(connection);
      const role = me.auth.accessToken?.role ?? me.auth.type;
      console.log(`${me.name} (${role}) at ${connection.endpoint}`);
      if (me.orgs.length > 0) {
        console.log(
          `member of ${me.orgs.map((org) => (org.roleInOrg ? `${org.name} (${org.roleInOrg})` : org.name)).join(', ')}`,
        );
      }
    });
}
