import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { outputFromText } from '../semantics/chat.ts';
import type { GenerateConfig } from '../semantics/generate-config.ts';
import { createCachedModel } from './answer-cache.ts';
import { createConnectionLimit } from './connection-limit.ts';

const { signal } = new AbortController();
const question = [{ role: 'user' as const, content: 'What is 1 plus 1?' }];

test('an answer is given once for each question, setting and epoch, and shared by folder', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'assay-answers-'));
  let calls = 0;
  const open = (name = 'openai-api/x/m', address = 'http://a/v1') =>
    createCachedModel(
      {
        name,
        connections: createConnectionLimit(1),
        close: async () => undefined,
        generate: async () => {
          calls++;
          const output = outputFromText(name, `answer ${calls}`);
          output.choices[0]!.logprobs = { content: [{ token: 'a', logprob: Number.NaN }] };
          return output;
        },
      },
      folder,
      address,
    );
  const ask = async (config: GenerateConfig, epoch = 1, model = open()): Promise<string> =>
    (await model.generate(question, config, signal, { epoch })).completion;
  try {
    assert.equal(await ask({ cache: true }), 'answer 1');
    const again = await open().generate(question, { cache: '2h', max_retries: 3 }, signal, { epoch: 1 });
    assert.equal(again.completion, 'answer 1');
    assert.equal(again.metadata?.cache, 'read');
    assert.deepEqual(again.choices[0]?.logprobs, { content: [{ token: 'a', logprob: Number.NaN }] });
    assert.equal(await ask({ cache: true }, 2), 'answer 2', 'another epoch draws anew');
    assert.equal(await ask({}), 'answer 3', 'nobody asked for a cache');
    assert.equal(await ask({ cache: true, temperature: 1 }), 'answer 4');
    assert.equal(await ask({ cache: true }, 1, open('openai-api/x/n')), 'answer 5');
    assert.equal(await ask({ cache: true }, 1, open(undefined, 'http://b/v1')), 'answer 6');
    assert.equal(await ask({ cache: { per_epoch: false } }, 1), 'answer 7');
    assert.equal(await ask({ cache: { per_epoch: false } }, 2), 'answer 7');
    await assert.rejects(ask({ cache: 'soon' }), { code: 'bad-argument' });
    assert.equal(await ask({ cache: '0s' }), 'answer 8', 'too old');

    const files = await readdir(folder, { recursive: true });
    for (const name of files.filter((one) => one.endsWith('.json'))) {
      assert.ok((await readFile(join(folder, name), 'utf8')).startsWith('{'));
      await writeFile(join(folder, name), '{"output":');
    }
    assert.equal(await ask({ cache: true }), 'answer 9', 'a damaged file is no answer');
    assert.ok(files.every((name) => !name.includes('/.')));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
