import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ClientError } from './client-error.ts';
import { followJob } from './jobs.ts';

const line = (n: number) => `event: line\ndata: ${JSON.stringify({ n, text: `line ${n}`, at: '' })}\n\n`;
const job = (stage: string) => `event: job\ndata: ${JSON.stringify({ status: { stage } })}\n\n`;

/** A stream that says these events, and then ends or breaks off. */
function toStream(events: string[], breaks: boolean): Response {
  const pieces = events.map((event) => new TextEncoder().encode(event));
  return new Response(
    new ReadableStream({
      pull(controller) {
        const piece = pieces.shift();
        if (piece) controller.enqueue(piece);
        else if (breaks) controller.error(new TypeError('terminated'));
        else controller.close();
      },
    }),
  );
}

function answering(answers: (() => Response)[]) {
  const asked: string[] = [];
  const fake = async (url: unknown): Promise<Response> => {
    asked.push(new URL(String(url)).searchParams.get('after')!);
    return answers.shift()!();
  };
  return { asked, connection: { endpoint: 'http://hub.test', fetch: fake as typeof fetch } };
}

test('following a job goes on at the next line when the hub behind the stream dies', async () => {
  const { asked, connection } = answering([
    () => toStream([job('RUNNING'), line(1), line(2)], true),
    () => {
      throw new TypeError('fetch failed');
    },
    () => toStream([job('RUNNING'), line(3)], false),
    () => toStream([job('COMPLETED')], false),
  ]);
  const lines: number[] = [];
  let stage = '';
  for await (const event of followJob(connection, 'ns', 'id')) {
    if (event.kind === 'line') lines.push(event.n);
    else stage = event.job.status.stage;
  }
  assert.deepEqual([lines, stage, asked], [[1, 2, 3], 'COMPLETED', ['0', '2', '2', '3']]);
});

test('a refusal ends it', async () => {
  const { asked, connection } = answering([() => Response.json({ error: 'no such job' }, { status: 404 })]);
  await assert.rejects(followJob(connection, 'ns', 'id').next(), ClientError);
  assert.equal(asked.length, 1);
});
