import { Command, InvalidArgumentError } from 'commander';
import type { Surroundings } from '../surroundings.ts';

interface MockFlags {
  port: number;
  host: string;
  replay: string[];
  questions: string[];
  answerKey: string[];
  personality?: string;
  model: Record<string, string>;
  latency: number;
}

const EXAMPLES = `
Examples:
  $ assay mock --port 8080 --personality echo
  $ assay mock --port 8080 --answer-key test.jsonl --model clever=correct:0.9@1 --model dull=correct:0.3@2
  $ assay mock --port 8080 --replay recorded.jsonl                         # {"model", "question", "output"} a line
  $ assay mock --port 8080 --replay big=a.jsonl.gz --questions test.jsonl  # {"question_id", "output"} a line

Then: assay eval ./bench --model openai-api/mock/NAME --model-base-url http://127.0.0.1:8080/v1
with MOCK_API_KEY set to anything.

Personalities: echo, always:TEXT, correct:RATE@SEED (right for that share of the answer key).
`;

const gather = (text: string, previous: string[]): string[] => [...previous, text];

export function createMockCommand(surroundings: Surroundings): Command {
  return new Command('mock')
    .description('Serve made-up or recorded answers as an OpenAI-compatible endpoint: no key, no network.')
    .option('--port <n>', 'port on which to listen (0: any free one)', wholeNumber, 8080)
    .option('--host <address>', 'address on which to listen', '127.0.0.1')
    .option('--replay <[name=]file>', 'JSONL of recorded outputs; repeatable', gather, [])
    .option(
      '--questions <file>',
      'JSONL of questions, for recordings that hold only ids; repeatable',
      gather,
      [],
    )
    .option(
      '--answer-key <file>',
      'JSONL of {question, target}, for correct:RATE@SEED; repeatable',
      gather,
      [],
    )
    .option('--personality <script>', 'who answers for every model not named')
    .option('--model <name=script>', 'who answers as one model; repeatable', namedScript, {})
    .option('--latency <ms>', 'milliseconds until an answer', wholeNumber, 0)
    .addHelpText('after', EXAMPLES)
    .action((flags: MockFlags) => serve(flags, surroundings));
}

async function serve(flags: MockFlags, surroundings: Surroundings): Promise<void> {
  const { startMockEndpoint } = await import('@assay/engine');
  const endpoint = await startMockEndpoint({
    port: flags.port,
    host: flags.host,
    latencyMs: flags.latency,
    replay: flags.replay,
    questions: flags.questions,
    answerKeys: flags.answerKey,
    models: flags.model,
    ...(flags.personality === undefined ? {} : { personality: flags.personality }),
  });
  surroundings.write(`Mock endpoint at ${endpoint.url}\n`);
  await surroundings.interrupted();
  const { requests, answered, unmatched } = endpoint.counts();
  await endpoint.close();
  const rest = unmatched > 0 ? `, ${unmatched} not recorded` : '';
  surroundings.write(`${requests} requests, ${answered} answered${rest}\n`);
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('a whole number is expected.');
  return Number(text);
}

function namedScript(text: string, previous: Record<string, string>): Record<string, string> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('NAME=SCRIPT is expected.');
  return { ...previous, [text.slice(0, at)]: text.slice(at + 1) };
}
