import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { type MockEndpoint, type MockOptions, startMockEndpoint } from './mock-endpoint.ts';

describe('the fake endpoint', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'assay-mock-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  async function withMock(options: MockOptions, act: (mock: MockEndpoint) => Promise<void>): Promise<void> {
    const mock = await startMockEndpoint(options);
    try {
      await act(mock);
    } finally {
      await mock.close();
    }
  }

  async function ask(
    mock: MockEndpoint,
    model: string,
    content: string,
  ): Promise<{ status: number; text: string }> {
    const messages = [{ role: 'user', content }];
    const body = JSON.stringify({ model, messages });
    const answer = await fetch(`${mock.url}/chat/completions`, { method: 'POST', body });
    const json = (await answer.json()) as { choices?: { message: { content: string } }[] };
    return { status: answer.status, text: json.choices?.[0]?.message.content ?? '' };
  }

  it('plays scripted personalities', async () => {
    const keys = join(folder, 'keys.jsonl');
    const questions = Array.from({ length: 200 }, (_none, at) => ({
      question: `Riddle number ${at}?`,
      target: `${at}`,
    }));
    await writeFile(keys, questions.map((line) => JSON.stringify(line)).join('\n'));
    const models = { echo: 'echo', parrot: 'always:yes', half: 'correct:0.5@1' };
    await withMock({ models, answerKeys: [keys] }, async (mock) => {
      assert.equal((await ask(mock, 'echo', 'hello')).text, 'hello');
      assert.equal((await ask(mock, 'parrot', 'hello')).text, 'yes');
      let right = 0;
      for (const { question, target } of questions) {
        const { text } = await ask(mock, 'half', question);
        assert.equal(text, (await ask(mock, 'half', `Solve: ${question}`)).text);
        right += text === `ANSWER: ${target}` ? 1 : 0;
      }
      assert.ok(right > 70 && right < 130, `${right} of 200 right`);
      assert.equal((await ask(mock, 'nobody', 'hello')).status, 404);
      const list = (await (await fetch(`${mock.url}/models`)).json()) as { data: { id: string }[] };
      assert.deepEqual(list.data.map((model) => model.id).sort(), ['echo', 'half', 'parrot']);
    });
  });

  it('replays recorded outputs by question, by id and by model', async () => {
    const plain = join(folder, 'recorded.jsonl');
    const lines = [
      { model: 'a', question: 'How many?', output: 'four' },
      { model: 'b', question: 'How many?', output: 'five' },
      { model: 'a', question: 'Twice?', output: 'first' },
      { model: 'a', question: 'Twice?', output: 'second' },
    ];
    await writeFile(plain, lines.map((line) => JSON.stringify(line)).join('\n'));
    const byId = join(folder, 'recorded_c.jsonl.gz');
    await writeFile(byId, gzipSync('{"question_id": 7, "output": "by id"}\n'));
    const questions = join(folder, 'questions.jsonl');
    await writeFile(questions, '{"question_id": 7, "question": "Who?", "options": ["he", "she"]}\n');
    await withMock({ replay: [plain, `c=${byId}`], questions: [questions] }, async (mock) => {
      assert.equal((await ask(mock, 'a', 'Now:\nHow many?')).text, 'four');
      assert.equal((await ask(mock, 'b', 'How many?')).text, 'five');
      assert.equal((await ask(mock, 'c', 'Who?\nA) he\nB) she')).text, 'by id');
      const twice = [
        await ask(mock, 'a', 'Twice?'),
        await ask(mock, 'a', 'Twice?'),
        await ask(mock, 'a', 'Twice?'),
      ];
      assert.deepEqual(
        twice.map((answer) => answer.text),
        ['first', 'second', 'first'],
      );
      assert.equal((await ask(mock, 'a', 'Why?')).status, 404);
      assert.equal(mock.counts().unmatched, 1);
      assert.equal(mock.counts().byModel.a, 4);
    });
  });

  it('says which line of a replay file it cannot use', async () => {
    const broken = join(folder, 'broken.jsonl');
    await writeFile(broken, '{"question": "Who?", "output": "me"}\n{"question_id": 9, "output": "you"}\n');
    await assert.rejects(startMockEndpoint({ replay: [broken] }), {
      code: 'mock-invalid',
      message: /broken\.jsonl:2/,
    });
    await assert.rejects(startMockEndpoint({ personality: 'genius' }), { code: 'mock-invalid' });
    await assert.rejects(startMockEndpoint({ personality: 'correct:0.5' }), { code: 'mock-invalid' });
  });

  it('answers in the older form and as a stream', async () => {
    await withMock({ personality: 'always:yes' }, async (mock) => {
      const older = await fetch(`${mock.url}/completions`, { method: 'POST', body: '{"prompt":"x"}' });
      assert.equal(((await older.json()) as { choices: { text: string }[] }).choices[0]?.text, 'yes');
      const body = JSON.stringify({ messages: [], stream: true });
      const stream = await (await fetch(`${mock.url}/chat/completions`, { method: 'POST', body })).text();
      assert.match(stream, /"content":"yes"/);
      assert.match(stream, /data: \[DONE\]\n\n$/);
    });
  });

  it('fails as told, counting each failure', async () => {
    await withMock({ personality: 'echo', failures: { rateLimited: 1, retryAfter: 3 } }, async (mock) => {
      const body = JSON.stringify({ messages: [] });
      const answer = await fetch(`${mock.url}/chat/completions`, { method: 'POST', body });
      assert.equal(answer.status, 429);
      assert.equal(answer.headers.get('retry-after'), '3');
      await answer.text();
      assert.deepEqual(mock.counts().failures, { 'rate-limited': 1 });
    });
  });
});
