import { createHash } from 'node:crypto';
import { EngineError } from '../engine-error.ts';
import type { QuestionIndex } from './question-index.ts';

/** What a model of the endpoint says. Null: it has nothing to say to this prompt (the request gets a 404). */
export interface Personality {
  answer(prompt: string): string | null;
}

/** What the right answer to a question is. */
export interface AnswerKey {
  target: string;
  choices?: string[];
  question: string;
}

/**
 * Parses a scripted personality.
 * - `echo`: says the prompt
 * - `always:TEXT`
 * - `correct:RATE@SEED`: right for that share of the questions of the answer key, the same ones each time
 * @throws EngineError `mock-invalid`
 */
export function createPersonality(script: string, keys: QuestionIndex<AnswerKey> | null): Personality {
  if (script === 'echo') return { answer: (prompt) => prompt };
  if (script.startsWith('always:')) {
    const text = script.slice('always:'.length);
    return { answer: () => text };
  }
  const correct = /^correct:([\d.]+)(?:@(.*))?$/.exec(script);
  if (!correct) {
    throw new EngineError('mock-invalid', `there is no personality "${script}"`, {
      hint: 'use echo, always:TEXT or correct:RATE@SEED',
    });
  }
  const rate = Number(correct[1]);
  if (!(rate >= 0 && rate <= 1))
    throw new EngineError('mock-invalid', `the rate in "${script}" must be 0 to 1`);
  if (!keys) {
    throw new EngineError('mock-invalid', `"${script}" needs to know the right answers`, {
      hint: 'name a JSONL file of {question, target} as answer key',
    });
  }
  return createCorrect(rate, correct[2] ?? '', keys);
}

function createCorrect(rate: number, seed: string, keys: QuestionIndex<AnswerKey>): Personality {
  return {
    answer(prompt) {
      const key = keys.find(prompt)[0];
      if (!key) return null;
      const luck = luckOf(seed, key.question);
      return `ANSWER: ${luck < rate ? key.target : wrongAnswer(key, luck)}`;
    },
  };
}

function wrongAnswer(key: AnswerKey, luck: number): string {
  const choices = key.choices ?? [];
  if (choices.length > 1) {
    const letters = choices
      .map((_choice, index) => String.fromCharCode(65 + index))
      .filter((one) => one !== key.target);
    return letters[Math.floor(luck * letters.length) % letters.length]!;
  }
  const number = Number(key.target);
  return Number.isFinite(number) && key.target.trim() !== '' ? String(number + 1) : 'I do not know';
}

/** 0 to 1, the same for the same parts. */
function luckOf(...parts: string[]): number {
  return createHash('sha256').update(parts.join('\n')).digest().readUInt32BE() / 2 ** 32;
}
