import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import { startMockEndpoint } from '../mock/mock-endpoint.ts';
import type { ChatMessage } from '../semantics/chat.ts';
import type { GenerateConfig } from '../semantics/generate-config.ts';
import { chatWire } from './chat-request.ts';
import { createModel } from './create-model.ts';
import { CallFailure, type RetryNotice } from './model.ts';
import { createOpenAiModel, type LimitedModel, type ModelWire } from './openai-model.ts';

const KEY = 'sk-marked-000000000000';
const user: ChatMessage[] = [{ role: 'user', content: 'Hällo\n' }];

interface Seen {
  headers: IncomingMessage['headers'];
  body: string;
}

/** Serves the answers in turn; the last one stays. */
async function withEndpoint(
  answers: ((response: ServerResponse, seen: Seen) => void)[],
  act: (model: LimitedModel, seen: Seen[], notices: RetryNotice[]) => Promise<void>,
): Promise<void> {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const one = { headers: request.headers, body: Buffer.concat(chunks).toString() };
      seen.push(one);
      answers[Math.min(seen.length, answers.length) - 1]!(response, one);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const notices: RetryNotice[] = [];
  const model = createModel('openai-api/my-service/org/model', {
    lookup: (name) =>
      ({
        MY_SERVICE_BASE_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/`,
        MY_SERVICE_API_KEY: KEY,
      })[name],
    connections: 2,
    retry: { firstWaitMs: 2, maxRetries: 3 },
    onRetry: (notice) => notices.push(notice),
  });
  try {
    await act(model, seen, notices);
  } finally {
    await model.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

const json =
  (status: number, body: unknown, headers: Record<string, string> = {}) =>
  (response: ServerResponse): void => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };

const say = (message: object, more: object = {}): ReturnType<typeof json> =>
  json(200, {
    id: 'r1',
    model: 'org/model-2026',
    provider: 'some-provider',
    system_fingerprint: 'fp',
    choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', ...message } }],
    usage: {
      prompt_tokens: 10,
      completion_tokens: 4,
      total_tokens: 14,
      prompt_tokens_details: { cached_tokens: 3 },
    },
    ...more,
  });

const ask = (model: LimitedModel, config: GenerateConfig = {}, signal = new AbortController().signal) =>
  model.generate(user, config, signal);

describe('a model behind an OpenAI-compatible endpoint', () => {
  it('sends the bytes that Inspect sends', async () => {
    await withEndpoint([say({ content: 'ok' })], async (model, seen) => {
      await ask(model, {
        system_message: 'sys',
        temperature: 0,
        max_tokens: 5,
        seed: 3,
        stop_seqs: ['x'],
        top_p: 0.5,
        frequency_penalty: 0.1,
        presence_penalty: null,
      });
      // As recorded from inspect_ai 0.3.285 with the same settings.
      const expected =
        '{"model":"org/model","messages":[{"role":"system","content":"sys"},{"role":"user","content":"Hällo\\n"}],' +
        '"frequency_penalty":0.1,"max_tokens":5,"seed":3,"stop":["x"],"temperature":0.0,"top_p":0.5}';
      assert.equal(seen[0]?.body, expected);
      assert.equal(seen[0]?.headers.authorization, `Bearer ${KEY}`);
    });
  });

  it('records who answered, and what it used', async () => {
    await withEndpoint([say({ content: 'ok' })], async (model) => {
      const output = await ask(model);
      assert.equal(output.model, 'org/model-2026');
      assert.equal(output.completion, 'ok');
      assert.deepEqual(output.usage, {
        input_tokens: 7,
        output_tokens: 4,
        total_tokens: 14,
        input_tokens_cache_read: 3,
      });
      assert.deepEqual(output.metadata, {
        provider: 'some-provider',
        system_fingerprint: 'fp',
        response_id: 'r1',
      });
    });
  });

  it('keeps reasoning apart from the answer', async () => {
    const forms = [{ reasoning_content: 'hm', content: 'B' }, { content: '<think>hm</think>\nB' }];
    for (const form of forms) {
      await withEndpoint([say(form)], async (model) => {
        const output = await ask(model);
        assert.equal(output.completion, 'B');
        assert.deepEqual(output.choices[0]?.message.content, [
          { type: 'reasoning', reasoning: 'hm' },
          { type: 'text', text: 'B' },
        ]);
      });
    }
  });

  it('takes a prompt that is too long, or not wanted, for an output', async () => {
    const long = json(400, { error: { code: 'context_length_exceeded', message: 'too long' } });
    await withEndpoint([long], async (model, seen) => {
      assert.equal((await ask(model)).choices[0]?.stop_reason, 'model_length');
      assert.equal(seen.length, 1);
    });
    await withEndpoint([json(400, { error: { code: 'content_filter', message: 'no' } })], async (model) => {
      assert.equal((await ask(model)).choices[0]?.stop_reason, 'content_filter');
    });
  });

  it('repeats what may succeed later, waiting as long as it is asked to', async () => {
    const answers = [
      json(429, { error: 'slow down' }, { 'retry-after': '0.15' }),
      json(503, {}),
      (response: ServerResponse): void => void response.writeHead(200).end('<html>'),
      say({ content: 'ok' }),
    ];
    await withEndpoint(answers, async (model, seen, notices) => {
      const began = performance.now();
      const output = await ask(model);
      assert.ok(performance.now() - began >= 150);
      assert.equal(seen.length, 4);
      assert.deepEqual(
        notices.map((notice) => notice.reason),
        ['rate-limited', 'server-error', 'bad-answer'],
      );
      assert.deepEqual(output.metadata?.retries, ['rate-limited', 'server-error', 'bad-answer']);
    });
  });

  it('gives up after its retries or its time, and at once where repeating is no use', async () => {
    const cases: [status: number, config: GenerateConfig, requests: number, kind: string][] = [
      [500, {}, 4, 'server-error'],
      [500, { max_retries: 1 }, 2, 'server-error'],
      [400, {}, 1, 'refused'],
      [404, {}, 1, 'refused'],
      [401, {}, 1, 'unauthorized'],
    ];
    for (const [status, config, requests, kind] of cases) {
      await withEndpoint([json(status, { error: { message: `bad key ${KEY}` } })], async (model, seen) => {
        await assert.rejects(ask(model, config), (error) => {
          assert.ok(error instanceof CallFailure);
          assert.equal(error.kind, kind);
          assert.ok(!error.message.includes(KEY));
          return true;
        });
        assert.equal(seen.length, requests);
      });
    }
    const late = json(429, {}, { 'retry-after': '60' });
    await withEndpoint([late], async (model) => {
      await assert.rejects(ask(model, { timeout: 1 }), { kind: 'rate-limited' });
    });
  });

  it('stops waiting when it is aborted', async () => {
    await withEndpoint([() => undefined], async (model) => {
      const abort = new AbortController();
      const running = ask(model, {}, abort.signal);
      setTimeout(() => abort.abort(new Error('enough')), 20);
      await assert.rejects(running, /enough/);
      assert.equal(model.connections.active, 0);
    });
    await withEndpoint([json(429, {}, { 'retry-after': '60' })], async (model) => {
      const abort = new AbortController();
      const running = ask(model, {}, abort.signal);
      setTimeout(() => abort.abort(new Error('enough')), 50);
      await assert.rejects(running, /enough/);
    });
  });

  it('gives the connection to the next call before it reads the answer', async () => {
    const endpoint = await startMockEndpoint();
    const waiting: number[] = [];
    const wire: ModelWire = {
      ...chatWire,
      parseAnswer(answer, name) {
        waiting.push(model.connections.waiting);
        return chatWire.parseAnswer(answer, name);
      },
    };
    const options = { name: 'm', model: 'm', baseUrl: endpoint.url, apiKey: '', connections: 1, wire };
    const model = createOpenAiModel(options);
    try {
      await Promise.all([ask(model), ask(model)]);
      assert.deepEqual(waiting, [0, 0]);
    } finally {
      await model.close();
      await endpoint.close();
    }
  });

  it('is found by its name and the environment', () => {
    const lookup = (): undefined => undefined;
    assert.throws(() => createModel('gpt', { lookup }), { code: 'model-unknown' });
    assert.throws(() => createModel('openai-api/x', { lookup }), { code: 'model-unknown' });
    assert.throws(() => createModel('openai-api/x/m', { lookup }), {
      code: 'model-unconfigured',
      hint: /X_BASE_URL/,
    });
    assert.throws(() => createModel('openai-api/x/m', { lookup, baseUrl: 'nowhere' }), {
      code: 'model-unconfigured',
    });
    assert.throws(() => createModel('hf-inference-providers/o/m', { lookup }), {
      code: 'model-unconfigured',
    });
  });
});
