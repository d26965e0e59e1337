import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import type { ChatMessage, ModelOutput } from '../semantics/chat.ts';
import type { GenerateConfig } from '../semantics/generate-config.ts';
import { createModel } from './create-model.ts';

interface Seen {
  path: string;
  authorization: string | undefined;
  body: string;
}

interface Ask {
  messages?: ChatMessage[];
  config?: GenerateConfig;
  /** Variables; `URL` in a value stands for the endpoint's address without a path. */
  env?: Record<string, string>;
  /** Overrides the variables, as `--model-base-url` does. */
  path?: string;
  headers?: Record<string, string>;
}

const user: ChatMessage[] = [{ role: 'user', content: 'Hi' }];
const chat = (message: object, more: object = {}): object => ({
  id: 'r1',
  model: 'served',
  choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', ...message }, ...more }],
  usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
});

/** One call of a model by its name, and what its endpoint saw of it. */
async function call(
  name: string,
  answer: object,
  ask: Ask = {},
): Promise<{ output: ModelOutput; seen: Seen }> {
  let seen: Seen | undefined;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { authorization } = request.headers;
      seen = { path: request.url ?? '', authorization, body: Buffer.concat(chunks).toString() };
      response.writeHead(200, { 'content-type': 'application/json', ...ask.headers });
      response.end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const model = createModel(name, {
    lookup: (variable) => ask.env?.[variable]?.replace('URL', origin),
    connections: 1,
    retry: { firstWaitMs: 1, maxRetries: 0 },
    ...(ask.path === undefined ? {} : { baseUrl: origin + ask.path }),
  });
  try {
    const { signal } = new AbortController();
    const output = await model.generate(ask.messages ?? user, ask.config ?? {}, signal);
    return { output, seen: seen! };
  } finally {
    await model.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

describe('the router of Hugging Face', () => {
  const env = { HF_TOKEN: 'hf_marked' };

  it('gets the suffix that chooses a provider with the name, and the token', async () => {
    for (const suffix of ['', ':fastest', ':cheapest', ':preferred', ':some-provider']) {
      const { seen } = await call(`hf-inference-providers/org/m${suffix}`, chat({ content: 'a' }), {
        env,
        path: '/v1',
      });
      assert.deepEqual(seen, {
        path: '/v1/chat/completions',
        authorization: 'Bearer hf_marked',
        body: `{"model":"org/m${suffix}","messages":[{"role":"user","content":"Hi"}]}`,
      });
    }
  });

  it('says in a header who answered', async () => {
    const { output } = await call('hf-inference-providers/org/m:fastest', chat({ content: 'a' }), {
      env,
      path: '/v1',
      headers: { 'x-inference-provider': 'quick-one' },
    });
    assert.equal(output.metadata?.provider, 'quick-one');
    assert.equal(output.model, 'served');
  });

  it('is not led elsewhere by a variable, which would carry the token off', () => {
    const lookup = (name: string): string | undefined =>
      ({ ...env, HF_INFERENCE_PROVIDERS_BASE_URL: 'not even a URL' })[name];
    assert.equal(createModel('hf-inference-providers/o/m', { lookup }).name, 'hf-inference-providers/o/m');
  });
});

describe('compatible forms of other endpoints', () => {
  it('are found by their variables, with the path that their own clients add', async () => {
    const cases: [name: string, env: Record<string, string>, model: string, key: string | undefined][] = [
      ['anthropic/claude-x', { ANTHROPIC_BASE_URL: 'URL', ANTHROPIC_API_KEY: 'k1' }, 'claude-x', 'Bearer k1'],
      ['ollama/llama3.2:1b', { OLLAMA_BASE_URL: 'URL' }, 'llama3.2:1b', undefined],
      ['ollama/llama3.2:1b', { OLLAMA_BASE_URL: 'URL/v1/' }, 'llama3.2:1b', undefined],
      ['openai/gpt-x', { OPENAI_BASE_URL: 'URL/v1', OPENAI_API_KEY: 'k2' }, 'gpt-x', 'Bearer k2'],
      ['vllm/org/m', { VLLM_BASE_URL: 'URL/v1' }, 'org/m', undefined],
      ['openai-api/my-own/org/m', { MY_OWN_BASE_URL: 'URL/v1', MY_OWN_API_KEY: 'k3' }, 'org/m', 'Bearer k3'],
    ];
    for (const [name, env, model, key] of cases) {
      const { seen } = await call(name, chat({ content: 'a' }), { env });
      assert.equal(seen.path, '/v1/chat/completions', name);
      assert.equal(seen.authorization, key, name);
      assert.equal(JSON.parse(seen.body).model, model);
    }
  });

  it('keep a path or query of their own', async () => {
    const { seen } = await call('ollama/m', chat({ content: 'a' }), { path: '/proxy/v1?team=a' });
    assert.equal(seen.path, '/proxy/v1/chat/completions?team=a');
  });

  it('need a key where nothing is answered without one', () => {
    const lookup = (): undefined => undefined;
    for (const name of ['anthropic/m', 'openai/m', 'hf-inference-providers/m']) {
      assert.throws(() => createModel(name, { lookup }), { code: 'model-unconfigured' });
    }
    assert.throws(() => createModel('vllm/m', { lookup }), { code: 'model-unconfigured' });
  });
});

describe('what a chat answers', () => {
  const env = { VLLM_BASE_URL: 'URL/v1' };

  it('may bring its reasoning in any of the forms in use, which is never the answer', async () => {
    const forms: object[] = [
      { reasoning_content: 'hm', content: 'B' },
      { reasoning: 'hm', content: 'B' },
      { content: '<think>hm</think>\n\nB' },
      {
        content: [
          { type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] },
          { type: 'text', text: 'B' },
        ],
      },
      {
        content: [
          { type: 'thinking', thinking: 'hm' },
          { type: 'text', text: 'B' },
        ],
      },
    ];
    for (const form of forms) {
      const { output } = await call('vllm/m', chat(form), { env });
      assert.equal(output.completion, 'B');
      assert.deepEqual(output.choices[0]!.message.content, [
        { type: 'reasoning', reasoning: 'hm' },
        { type: 'text', text: 'B' },
      ]);
    }
  });

  it('may be a list of parts, or nothing at all', async () => {
    const parts = { content: ['A', 'B'].map((text) => ({ type: 'text', text })) };
    assert.equal((await call('vllm/m', chat(parts), { env })).output.completion, 'AB');
    const nothing = await call('vllm/m', chat({ content: null }), { env });
    assert.equal(nothing.output.completion, '');
  });

  it('carries log-probabilities as they came', async () => {
    const logprobs = {
      content: [{ token: 'B', logprob: -0.5, bytes: [66], top_logprobs: [{ token: 'B', logprob: -0.5 }] }],
    };
    const config = { logprobs: true, top_logprobs: 3 };
    const { output, seen } = await call('vllm/m', chat({ content: 'B' }, { logprobs }), { env, config });
    assert.deepEqual(output.choices[0]!.logprobs, logprobs);
    assert.match(seen.body, /"logprobs":true,"top_logprobs":3/);
  });

  it('is asked about pictures in parts, and gets no reasoning of earlier turns back', async () => {
    const image = 'data:image/png;base64,iVBORw0KGgo=';
    const messages: ChatMessage[] = [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is this?' },
          { type: 'image', image, detail: 'auto' },
        ],
      },
      {
        role: 'assistant',
        content: [
          { type: 'reasoning', reasoning: 'secret thoughts' },
          { type: 'text', text: 'A cat' },
        ],
      },
      { role: 'user', content: 'Sure?' },
    ];
    const { seen } = await call('ollama/m', chat({ content: 'Yes' }), {
      env: { OLLAMA_BASE_URL: 'URL' },
      messages,
    });
    assert.equal(
      seen.body,
      `{"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"What is this?"},` +
        `{"type":"image_url","image_url":{"url":"${image}","detail":"auto"}}]},` +
        `{"role":"assistant","content":"A cat"},{"role":"user","content":"Sure?"}]}`,
    );
  });
});

describe('the completions interface', () => {
  const env = { VLLM_BASE_URL: 'URL/v1' };
  const completion = (...choices: object[]): object => ({ id: 'c1', model: 'served', choices });

  it('sends one prompt, one token at temperature 0 unless told otherwise', async () => {
    const plain = await call('vllm-completions/org/m', completion({ text: ' B' }), { env });
    assert.equal(plain.seen.path, '/v1/completions');
    assert.equal(plain.seen.body, '{"model":"org/m","prompt":"Hi","max_tokens":1,"temperature":0.0}');
    assert.equal(plain.output.completion, ' B');
    const config = {
      max_tokens: 7,
      temperature: 0.5,
      top_p: 1,
      seed: 3,
      stop_seqs: ['\n\n'],
      num_choices: 2,
      logprobs: true,
      top_logprobs: 4,
      extra_body: { echo: true },
    };
    const two = completion(
      { index: 1, text: 'second' },
      { index: 0, text: 'first', finish_reason: 'length' },
    );
    const full = await call('openai-api-completions/svc/org/m', two, {
      env: { SVC_BASE_URL: 'URL/v1' },
      config,
    });
    assert.equal(
      full.seen.body,
      '{"model":"org/m","prompt":"Hi","max_tokens":7,"temperature":0.5,"top_p":1.0,"seed":3,"stop":["\\n\\n"],' +
        '"n":2,"logprobs":4,"echo":true}',
    );
    assert.equal(full.output.completion, 'first');
    assert.equal(full.output.choices[0]!.stop_reason, 'max_tokens');
    assert.equal(full.output.choices[1]!.message.content, 'second');
  });

  it('lays log-probabilities out as the chat interface does', async () => {
    const logprobs = {
      tokens: ['Hi', ' B'],
      token_logprobs: [null, -0.25],
      top_logprobs: [null, { ' B': -0.25, ' C': -1.5 }],
      text_offset: [0, 2],
    };
    const { output } = await call('vllm-completions/m', completion({ text: 'Hi B', logprobs }), { env });
    assert.deepEqual(output.choices[0]!.logprobs, {
      content: [
        { token: 'Hi', logprob: Number.NaN, text_offset: 0 },
        {
          token: ' B',
          logprob: -0.25,
          text_offset: 2,
          top_logprobs: [
            { token: ' B', logprob: -0.25 },
            { token: ' C', logprob: -1.5 },
          ],
        },
      ],
    });
  });

  it('takes no conversation, and no answer without a text', async () => {
    const messages: ChatMessage[] = [{ role: 'system', content: 'Be brief' }, ...user];
    const right = completion({ text: 'B' });
    await assert.rejects(call('vllm-completions/m', right, { env, messages }), { kind: 'refused' });
    await assert.rejects(call('vllm-completions/m', chat({ content: 'B' }), { env }), { kind: 'bad-answer' });
  });
});
