import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type HubConnection, readEvidenceFile } from '@assay/client';
import { type CheckStep, checkLogFile } from '@assay/proof';
import { Command } from 'commander';
import type { Checked } from '../check-proofs.ts';
import { CliError } from '../cli-error.ts';
import { readConnection } from '../environment.ts';
import { parseWholeFrom } from '../flag-parsers.ts';
import { openLogAccess } from '../log-access.ts';
import { createProofChecker, type ProofChecker } from '../proof-checker.ts';
import type { Surroundings } from '../surroundings.ts';
import { readTrust, type TrustFlags } from '../trust-file.ts';
import { readTargets, type VerifyTarget } from '../verify-target.ts';

interface VerifyFlags extends TrustFlags {
  offline?: boolean;
  strict?: boolean;
  log?: string;
  json?: boolean;
}

const EXAMPLES = `
Examples:
  $ assay verify org/model                       # every result of a model that carries a token
  $ assay verify 64f0c0ffee0123456789abcd        # one result
  $ assay verify https://hub.example.org/results/64f0c0ffee0123456789abcd --vkey hub.example.org/tlog+1a2b3c4d+…
  $ assay verify .eval_results/gsm8k.yaml        # what a result file on this disk says
  $ assay verify bundles/ --offline --trust trusted.json
  $ assay verify result.bundle.json --offline --trust trusted.json --log run.eval

Each step is done, failed or not possible. It exits 0 when nothing failed; with --strict, only when all was done.
Whom you believe comes from you alone: --vkey, --witness, --trust. HF_ENDPOINT names the hub.
`;

export function createVerifyCommand(surroundings: Surroundings): Command {
  const collect = (value: string, before: string[] = []) => [...before, value];
  return new Command('verify')
    .description(
      'Check what proves a result: signatures, key, log, checkpoint, witnesses, the log behind it, its score.',
    )
    .argument(
      '<targets...>',
      'result ids, models, addresses of either, result files, bundle files or folders of bundles',
    )
    .option('--offline', 'use no network: the targets are bundle files or folders of them')
    .option('--log <file>', 'the log behind the result, instead of the one that the hub keeps')
    .option('--vkey <key>', 'verifier key of a log that you trust; may be repeated', collect)
    .option('--witness <key>', 'verifier key of a witness that you trust; may be repeated', collect)
    .option('--quorum <n>', 'witnesses that must have cosigned (default 1)', parseWholeFrom(1))
    .option('--trust <file>', 'JSON with logs, witnesses and quorum')
    .option('--strict', 'what is not possible counts as failed')
    .option('--json', 'print the steps as JSON')
    .addHelpText('after', EXAMPLES)
    .action((targets: string[], flags: VerifyFlags) => verify(targets, flags, surroundings));
}

interface Verdict {
  name: string;
  holds: boolean;
  steps: CheckStep[];
  reason?: string;
}

/** Bundles that a thread is given at once. */
const batch = 50;

/** Each verdict is printed when it is there and not kept: a folder may hold a hundred thousand bundles. */
async function verify(texts: string[], flags: VerifyFlags, surroundings: Surroundings): Promise<void> {
  const trust = await readTrust(flags);
  const connection = readConnection(surroundings.env);
  const checker = createProofChecker(trust);
  const counts = { checked: 0, bad: 0 };
  const open: Promise<Verdict[]>[] = [];
  const print = async () => {
    for (const verdict of (await open.shift()) ?? []) {
      if (flags.json) surroundings.write(`${counts.checked === 0 ? '[' : ','}\n${JSON.stringify(verdict)}`);
      else surroundings.write(describe(verdict));
      counts.checked += 1;
      if (!verdict.holds) counts.bad += 1;
    }
  };
  try {
    for await (const targets of inBatches(readAllTargets(texts, connection, flags))) {
      open.push(judge(targets, checker, flags));
      if (open.length > checker.width) await print();
    }
    while (open.length > 0) await print();
  } finally {
    await checker.close();
  }
  if (flags.json) surroundings.write('\n]\n');
  else if (counts.checked > 1)
    surroundings.write(`${counts.checked - counts.bad} hold, ${counts.bad} do not\n`);
  if (counts.bad > 0) surroundings.exitCode = 1;
}

async function* readAllTargets(
  texts: string[],
  connection: HubConnection,
  flags: VerifyFlags,
): AsyncGenerator<VerifyTarget> {
  for (const text of texts) {
    let count = 0;
    for await (const target of readTargets(text, connection, flags.offline ?? false)) {
      count += 1;
      yield target;
    }
    if (count === 0) throw new CliError('nothing-to-verify', `no result of ${text} carries a token`);
  }
}

async function* inBatches(targets: AsyncGenerator<VerifyTarget>): AsyncGenerator<VerifyTarget[]> {
  let held: VerifyTarget[] = [];
  for await (const target of targets) {
    held.push(target);
    if (held.length < batch) continue;
    yield held;
    held = [];
  }
  if (held.length > 0) yield held;
}

async function judge(targets: VerifyTarget[], checker: ProofChecker, flags: VerifyFlags): Promise<Verdict[]> {
  const bundles = targets.flatMap(({ bundle }) => (bundle ? [bundle] : []));
  const checked = await checker.check(bundles);
  const verdicts: Verdict[] = [];
  for (const target of targets) {
    const { name, bundle, reason = 'there is nothing to check' } = target;
    verdicts.push(
      bundle ? await finish(target, checked.shift()!, flags) : { name, holds: false, steps: [], reason },
    );
  }
  return verdicts;
}

/** The steps that need the log itself. */
async function finish(target: VerifyTarget, checked: Checked, flags: VerifyFlags): Promise<Verdict> {
  const { name } = target;
  if ('reason' in checked) return { name, holds: false, steps: [], reason: checked.reason };
  const { steps, statement, sampleSalt } = checked;
  const salt = sampleSalt === undefined ? undefined : Buffer.from(sampleSalt, 'hex');
  const most = statement?.predicate.log.size ?? 0;
  const more = await withLog({ target, flags, most }, (log) => checkLogFile(statement, log, salt));
  const all = [...steps, ...more];
  const bad = all.some(({ outcome }) => outcome === 'failed' || (flags.strict && outcome === 'not-possible'));
  return { name, holds: !bad, steps: all };
}

type LogOrWhyNot = Parameters<typeof checkLogFile>[1];

/** @param asked how long the log is by its statement, in bytes: of more, so much is read that it is seen to be another */
async function withLog(
  { target, flags, most }: { target: VerifyTarget; flags: VerifyFlags; most: number },
  work: (log: LogOrWhyNot) => Promise<CheckStep[]>,
): Promise<CheckStep[]> {
  if (flags.log !== undefined) return readAndDo(flags.log, work);
  if (!target.evidence)
    return work(flags.offline ? 'no log is at hand: name it with --log' : 'no log is known');
  const folder = await mkdtemp(join(tmpdir(), 'assay-verify-'));
  try {
    const path = join(folder, 'log');
    const { hub, digest } = target.evidence;
    const failure = await readEvidenceFile(hub, digest)
      .then((body) => download(body, path, most + 1))
      .catch((error: Error) => error.message);
    if (failure) return await work(`the log cannot be had: ${failure}`);
    return await readAndDo(path, work);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function download(body: ReadableStream<Uint8Array>, path: string, most: number): Promise<void> {
  async function* first(): AsyncGenerator<Uint8Array> {
    let left = most;
    for await (const piece of body) {
      yield piece.subarray(0, left);
      left -= piece.byteLength;
      if (left <= 0) return;
    }
  }
  await pipeline(first(), createWriteStream(path));
}

async function readAndDo(
  path: string,
  work: (log: LogOrWhyNot) => Promise<CheckStep[]>,
): Promise<CheckStep[]> {
  const log = await openLogAccess(path);
  try {
    return await work(log);
  } finally {
    await log.close();
  }
}

const words: Record<CheckStep['outcome'], string> = {
  done: 'done',
  failed: 'FAILED',
  'not-possible': 'not possible',
};

function describe({ name, holds, steps, reason }: Verdict): string {
  const lines = steps.map((step) => {
    const code = step.code ? `[${step.code}] ` : '';
    return `  ${words[step.outcome].padEnd(13)} ${step.name.padEnd(11)} ${code}${step.detail}\n`;
  });
  const left = steps.filter(({ outcome }) => outcome === 'not-possible').length;
  const verdict = holds
    ? left > 0
      ? `holds, as far as it could be checked (${left} not possible)`
      : 'holds'
    : 'does NOT hold';
  return `${name}\n${lines.join('')}  ${verdict}${reason ? `: ${reason}` : ''}\n`;
}
