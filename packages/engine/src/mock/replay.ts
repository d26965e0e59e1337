import { readJsonLines } from '../dataset/json-lines.ts';
import { EngineError } from '../engine-error.ts';
import type { AnswerKey, Personality } from './personality.ts';
import { createQuestionIndex, type Indexed, type QuestionIndex } from './question-index.ts';

/** One line of a replay file. Without `question`, the id is looked up in the question files. */
interface RecordedLine {
  model?: string;
  id?: number | string;
  question_id?: number | string;
  question?: string;
  choices?: string[];
  options?: string[];
  output?: string;
}

/** One line of a question file: a dataset's own JSONL will do. */
interface QuestionLine extends RecordedLine {
  input?: string;
  target?: string;
  answer?: string;
}

interface Question {
  question: string;
  choices?: string[];
}

export interface ReplayFiles {
  /** JSONL, plain or compressed; `NAME=PATH` serves the file's lines without a `model` as model NAME. */
  files: string[];
  /** JSONL with `id` (or `question_id`), `question` and `choices` (or `options`). */
  questions: string[];
}

/**
 * Reads recorded outputs: one personality for each model named.
 * @throws EngineError `mock-invalid` naming file and line
 */
export async function readReplay({ files, questions }: ReplayFiles): Promise<Map<string, Personality>> {
  const known = await readQuestions(questions);
  const byModel = new Map<string, Indexed<string>[]>();
  for (const file of files) {
    const [path, name] = splitName(file);
    let line = 0;
    for await (const record of readJsonLines(path)) {
      line++;
      const { model = name, output, ...rest } = record as RecordedLine;
      const question = toQuestion(rest) ?? known.get(String(rest.id ?? rest.question_id));
      if (typeof output !== 'string' || !question) {
        throw new EngineError(
          'mock-invalid',
          `${path}:${line} needs "output" and a "question" or the id of one`,
          {
            hint: 'with ids only, name the file that holds the questions too',
          },
        );
      }
      const items = byModel.get(model) ?? [];
      byModel.set(model, items);
      items.push({ ...question, value: output });
    }
  }
  return new Map([...byModel].map(([model, items]) => [model, createReplay(items)]));
}

/** Right answers by question, for the `correct` personality. */
export async function readAnswerKeys(paths: string[]): Promise<QuestionIndex<AnswerKey>> {
  const items: Indexed<AnswerKey>[] = [];
  for (const path of paths) {
    for await (const record of readJsonLines(path)) {
      const line = record as QuestionLine;
      const question = toQuestion({ ...line, question: line.question ?? line.input });
      const target = line.target ?? line.answer;
      if (question && target !== undefined)
        items.push({ ...question, value: { ...question, target: String(target) } });
    }
  }
  return createQuestionIndex(items);
}

async function readQuestions(paths: string[]): Promise<Map<string, Question>> {
  const known = new Map<string, Question>();
  for (const path of paths) {
    for await (const record of readJsonLines(path)) {
      const line = record as QuestionLine;
      const question = toQuestion({ ...line, question: line.question ?? line.input });
      const id = line.id ?? line.question_id;
      if (question && id !== undefined) known.set(String(id), question);
    }
  }
  return known;
}

function toQuestion(line: RecordedLine): Question | null {
  if (typeof line.question !== 'string') return null;
  const choices = line.choices ?? line.options;
  return choices ? { question: line.question, choices } : { question: line.question };
}

/** A question recorded several times is answered with each output in turn. */
function createReplay(items: Indexed<string>[]): Personality {
  const turns = new Map<string, number>();
  const index = createQuestionIndex(items.map((item, at) => ({ ...item, value: at })));
  return {
    answer(prompt) {
      const found = index.find(prompt);
      if (found.length <= 1) return found.length === 0 ? null : items[found[0]!]!.value;
      const key = found.join();
      const turn = turns.get(key) ?? 0;
      turns.set(key, turn + 1);
      return items[found[turn % found.length]!]!.value;
    },
  };
}

function splitName(file: string): [path: string, name: string] {
  const at = file.indexOf('=');
  if (at > 0) return [file.slice(at + 1), file.slice(0, at)];
  const name = file.split(/[\\/]/).at(-1)!;
  return [file, name.replace(/\.jsonl?(\.(gz|zst))?$/, '')];
}
