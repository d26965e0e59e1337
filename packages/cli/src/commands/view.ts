import { stat } from 'node:fs/promises';
import { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import { parseWholeFrom } from '../flag-parsers.ts';
import type { Surroundings } from '../surroundings.ts';
import { LogFolder } from '../view/log-folder.ts';
import { startViewServer } from '../view/view-server.ts';
import { ensureWebBuild } from '../web-build.ts';

const EXAMPLES = `
Examples:
  $ assay view                      # ./logs, at http://127.0.0.1:7576
  $ assay view runs --port 0        # another folder, any free port

Runs that go on are shown as they grow. Only this machine can ask; nothing is changed.
`;

/** `assay view [FOLDER]`: the pages of a hub over a folder of logs. */
export function createViewCommand(surroundings: Surroundings): Command {
  return new Command('view')
    .description('Show a folder of logs in the browser, live while runs go on.')
    .argument('[folder]', 'where the logs are (INSPECT_LOG_DIR; ./logs)')
    .option('--port <n>', 'port to listen on; 0 for any free one', parseWholeFrom(0), 7576)
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .addHelpText('after', EXAMPLES)
    .action(async (given: string | undefined, flags: { port: number; host: string }) => {
      const folder = given ?? surroundings.env.INSPECT_LOG_DIR ?? './logs';
      if (!(await stat(folder).catch(() => null))?.isDirectory()) {
        throw new CliError('usage', `${folder} is no folder`, {
          hint: 'name the folder that holds the logs',
        });
      }
      const webDir = await ensureWebBuild((line) => surroundings.writeError(`${line}\n`));
      const server = await startViewServer(new LogFolder(folder), { ...flags, webDir });
      surroundings.write(`Logs of ${folder} at ${server.url}\n`);
      await surroundings.interrupted();
      await server.close();
    });
}
