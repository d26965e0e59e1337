import {
  createCommit,
  type HubConnection,
  type RepoRef,
  type ResultRow,
  readBundle,
  readModelResults,
  readText,
  sendBundle,
} from '@assay/client';
import { type Bundle, parseBundle } from '@assay/proof';
import { parseEvalResults } from '@assay/spec';
import { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import { readConnection } from '../environment.ts';
import type { Surroundings } from '../surroundings.ts';

const EXAMPLES = `
Examples:
  $ assay pull https://evals.example.org org/model             # opens one pull request here, for what is verified there
  $ assay pull https://evals.example.org org/model --direct    # commits, with write access

HF_ENDPOINT names the hub here, HF_TOKEN who you are. An administrator adds the other hub first: assay issuers add hub.
What it vouches for is checked here again, against the key of its log.
`;

export function createPullCommand(surroundings: Surroundings): Command {
  return new Command('pull')
    .description("Take over another hub's verified results of a model, with their proofs.")
    .argument('<url>', 'the other hub')
    .argument('<model>', 'org/model, of this name on both hubs')
    .option('--direct', 'commit to main instead of opening a pull request')
    .addHelpText('after', EXAMPLES)
    .action((url: string, model: string, flags: { direct?: boolean }) =>
      pull(url, model, flags, surroundings),
    );
}

async function pull(
  url: string,
  model: string,
  flags: { direct?: boolean },
  surroundings: Surroundings,
): Promise<void> {
  if (!URL.canParse(url)) throw new CliError('usage', `${url} is no address of a hub`);
  const there: HubConnection = { endpoint: new URL(url).origin };
  const here = readConnection(surroundings.env);
  const { results } = await readModelResults(there, model);
  const proven = results.filter((row) => row.standing === 'verified');
  if (proven.length === 0)
    throw new CliError('nothing-to-verify', `${model} has no verified result on ${there.endpoint}`);
  const files = new Map<string, string>();
  for (const row of proven) {
    const bytes = await readBundle(there, row.id);
    await sendBundle(here, bytes, there.endpoint);
    const added = await addEntry(here, { row, bundle: parseBundle(bytes) }, files);
    surroundings.write(
      `${added ? 'pulled' : 'already here'}  ${row.dataset} ${row.taskId}: ${row.valueText}\n`,
    );
  }
  if (files.size === 0) return;
  const done = await createCommit(
    here,
    { type: 'model', name: model },
    {
      summary: `Add results proven by ${new URL(url).host}`,
      changes: [...files].map(([path, content]) => ({ kind: 'put' as const, path, content })),
      ...(!flags.direct && { createPullRequest: true }),
    },
  );
  surroundings.write(`${done.pullRequest?.url ?? done.url}\n`);
}

/** Adds the entry as the other hub's file writes it, to the file of the same name. False when it is there. */
async function addEntry(
  here: HubConnection,
  { row, bundle }: { row: ResultRow; bundle: Bundle },
  files: Map<string, string>,
): Promise<boolean> {
  const repo: RepoRef = { type: 'model', name: row.model };
  const text = files.get(row.filename) ?? (await readText(here, repo, row.filename))?.text ?? '';
  const parsed = parseEvalResults(text === '' ? '[]' : text);
  const { verifyToken } = bundle.result.entry;
  if (parsed.ok && parsed.value.some((entry) => entry.verifyToken === verifyToken)) return false;
  // JSON is YAML: the entry keeps every member, in one line.
  const ended = text === '' || text.endsWith('\n') ? text : `${text}\n`;
  files.set(row.filename, `${ended}- ${JSON.stringify(bundle.result.entry)}\n`);
  return true;
}
