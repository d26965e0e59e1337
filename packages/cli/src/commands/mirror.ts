import { setTimeout as sleep } from 'node:timers/promises';
import { type HubConnection, type Mirror, readMirror, startMirror } from '@assay/client';
import { Command, InvalidArgumentError } from 'commander';
import { CliError } from '../cli-error.ts';
import { readConnection } from '../environment.ts';
import { parseOneOf } from '../flag-parsers.ts';
import type { Surroundings } from '../surroundings.ts';

interface MirrorFlags {
  from?: string;
  type?: Mirror['type'];
  as?: string;
  maxLargeFile?: number;
  wait: boolean;
}

const EXAMPLES = `
GSM8K on the first day, with an administrator's token of your hub:
  $ export HF_ENDPOINT=http://127.0.0.1:4747 HF_TOKEN=hf_…
  $ assay mirror hf/openai/gsm8k

More:
  $ assay mirror hf/Qwen/Qwen3-8B --type model --max-large-file 10MB   # card, results and pull requests; weights stay there
  $ assay mirror hf/acme/bench --from https://hub.acme.example         # from another Assay
  $ assay mirror hf/openai/gsm8k                                       # again: brings what is new

Git history, large files, branches, tags, pull requests and discussions come along, and the hub brings what is new every
few hours by itself (ASSAY_MIRROR_HOURS). Results of models that are here already join the board at once. A model's
mirror takes pull requests of its own, numbered from 1000001. Only what everybody may read there can be mirrored.
`;

/** `assay mirror`: has the hub follow a repo of another hub. The hub does the work; this command watches. */
export function createMirrorCommand(surroundings: Surroundings): Command {
  return new Command('mirror')
    .description('Bring a benchmark or model of another hub into yours, and keep it up to date.')
    .argument('<hf/org/name>', 'the repo on the other hub')
    .option('--from <url>', 'the other hub (default https://huggingface.co)')
    .option(
      '--type <type>',
      'model or dataset (default: a dataset of that name, else a model)',
      parseOneOf('model', 'dataset'),
    )
    .option('--as <org/name>', 'its name on your hub (default: the same)')
    .option('--max-large-file <size>', 'leave larger files there: bytes, or 10MB, 2GB', parseSize)
    .option('--no-wait', 'do not wait until it is there')
    .addHelpText('after', EXAMPLES)
    .action((name: string, flags: MirrorFlags) => mirror(name, flags, surroundings));
}

const units: Record<string, number> = { '': 1, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 };

function parseSize(text: string): number {
  const [, digits, unit] = /^(\d{1,12})\s?([KMGT]B)?$/i.exec(text) ?? [];
  if (digits === undefined) throw new InvalidArgumentError('bytes are expected, or a size such as 10MB.');
  return Number(digits) * units[(unit ?? '').toUpperCase()]!;
}

async function mirror(text: string, flags: MirrorFlags, surroundings: Surroundings): Promise<void> {
  const connection = readConnection(surroundings.env);
  const say = (line: string) => surroundings.write(`${line}\n`);
  if (!surroundings.env.HF_ENDPOINT) {
    throw new CliError('usage', 'HF_ENDPOINT must name the hub to mirror into', {
      hint: "export HF_ENDPOINT=http://127.0.0.1:4747 HF_TOKEN=hf_… (an administrator's token; `assay serve` starts a hub)",
    });
  }
  const { wait, ...wish } = flags;
  const name = text.replace(/^hf\//, '');
  let state = await startMirror(connection, { name, ...wish });
  say(`${state.origin} → ${pageOf(connection, state)}`);
  if (!wait) return;
  state = await watch(connection, state, surroundings);
  if (state.state === 'failed') {
    throw new CliError('mirror-failed', `the mirror failed: ${state.problem ?? 'the hub does not say why'}`, {
      hint: 'The hub tries again by itself; the same command tries at once, and goes on where it stopped.',
    });
  }
  for (const gap of state.missing) say(`not here: ${gap.path} (${gap.size} bytes): ${gap.problem}`);
  say(`Up to date. Next look: ${state.nextAt}`);
}

function pageOf(connection: HubConnection, { type, name }: Mirror): string {
  return `${connection.endpoint}/${type === 'model' ? '' : 'datasets/'}${name}`;
}

const pauseMs = 500;

async function watch(connection: HubConnection, first: Mirror, surroundings: Surroundings): Promise<Mirror> {
  let told = '';
  for (let state = first; ; state = await readMirror(connection, first.type, first.name)) {
    const line = toLine(state);
    if (line !== told) surroundings.writeError(`${line}\n`);
    told = line;
    if (state.state === 'done' || state.state === 'failed') return state;
    await sleep(pauseMs);
  }
}

function toLine({ state, progress }: Mirror): string {
  const { step, done, bytes } = progress;
  if (state !== 'running' || !step) return state;
  const size = bytes === undefined ? '' : ` (${(bytes / 1e6).toFixed(1)} MB)`;
  return done === undefined ? step : `${step}: ${done}${size}`;
}
