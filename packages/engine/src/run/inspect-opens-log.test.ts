import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import { startMockEndpoint } from '../mock/mock-endpoint.ts';
import { evaluate } from './evaluate.ts';
import { sumsModel, testServices, writeSums } from './test-benchmark.ts';

const run = promisify(execFile);
const VERSION = '0.3.285';

/** A Python with the real Inspect: named, else installed once into the user's cache with uv. */
async function findInspect(): Promise<string | null> {
  const named = process.env.ASSAY_INSPECT_PYTHON;
  if (named) return named;
  const venv = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'assay', `inspect-${VERSION}`);
  const python = join(venv, 'bin', 'python');
  if (existsSync(join(venv, 'bin', 'inspect'))) return python;
  try {
    await run('uv', ['venv', '--quiet', '--python-preference', 'only-system', venv]);
    await run('uv', ['pip', 'install', '--quiet', '--python', python, `inspect-ai==${VERSION}`, 'openai']);
    return python;
  } catch {
    return null;
  }
}

const script = `
import json, sys
from inspect_ai.log import read_eval_log, read_eval_log_sample_summaries
log = read_eval_log(sys.argv[1])
samples = sorted(log.samples, key=lambda sample: (sample.epoch, sample.id))
print(json.dumps({
  "status": log.status,
  "metrics": {name: metric.value for name, metric in log.results.scores[0].metrics.items()},
  "values": [sample.scores["match"].value for sample in samples],
  "texts": [[message.text for message in sample.messages] for sample in samples][:2],
  "inputs": [[message.text for message in sample.events[0].input] for sample in samples][:2],
  "summaries": len(read_eval_log_sample_summaries(sys.argv[1])),
  "reduced": len(log.reductions[0].samples),
  "commit": log.eval.metadata["assay"]["plan"]["dataset"]["commit"],
}))
`;

const python = await findInspect();

describe('the real Inspect', {
  skip: python ? false : `inspect-ai ${VERSION} could not be installed (needs uv)`,
}, () => {
  it('opens our log and reads what we wrote', async () => {
    const folder = await writeSums(12, { epochs: 2 });
    const endpoint = await startMockEndpoint({ personality: sumsModel });
    try {
      const request = {
        task: folder,
        model: 'openai-api/mock/m',
        modelBaseUrl: endpoint.url,
        connections: 4,
      };
      const [summary] = await evaluate(request, testServices(folder));
      const { stdout } = await run(python!, ['-c', script, summary!.logPath], { timeout: 120_000 });
      const read = JSON.parse(stdout);
      assert.equal(read.status, 'success');
      assert.deepEqual(read.metrics, {
        accuracy: summary!.metrics['match/accuracy'],
        stderr: summary!.metrics['match/stderr'],
      });
      const once = Array.from({ length: 12 }, (_none, at) => (at % 10 === 3 ? 'I' : 'C'));
      assert.deepEqual(read.values, [...once, ...once]);
      assert.deepEqual(read.texts[1], ['What is 1 plus 2?', 'It is 3']);
      assert.deepEqual(read.inputs[1], ['What is 1 plus 2?']);
      assert.equal(read.summaries, 24);
      assert.equal(read.reduced, 12);
      assert.equal(read.commit, null);
    } finally {
      await endpoint.close();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
