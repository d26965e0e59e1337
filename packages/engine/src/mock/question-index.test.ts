import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createQuestionIndex } from './question-index.ts';

describe('the index of questions', () => {
  const questions = [
    'What is the capital of France?',
    'What is the capital of France before the year 1000?',
    'Name a prime.',
    'Inflation',
    'x + 1 = 2',
    'x - 1 = 2',
  ];
  const index = createQuestionIndex(questions.map((question) => ({ question, value: question })));

  it('finds a question alone, inside a template, and glued to it', () => {
    for (const question of questions) {
      assert.deepEqual(index.find(question), [question]);
      assert.deepEqual(index.find(`Answer this.\n\nQuestion:${question}\n\nA) one\nB) two`), [question]);
    }
  });

  it('takes the longest question that stands there, and the last one of the prompt', () => {
    assert.deepEqual(index.find(questions[1]!), [questions[1]]);
    assert.deepEqual(index.find(`${questions[1]} Paris.\n\n${questions[2]} 7.\n\n${questions[0]}`), [
      questions[0],
    ]);
  });

  it('finds none where there is none', () => {
    assert.deepEqual(index.find('What is the capital of Spain?'), []);
    assert.deepEqual(index.find(''), []);
  });

  it('tells questions of the same words apart by their answer options', () => {
    const same = createQuestionIndex([
      { question: 'Which is true?', choices: ['Ice is hot.', 'Snow is cold.'], value: 1 },
      { question: 'Which is true?', choices: ['Ice is hot.', 'Fire is cold.'], value: 2 },
      { question: 'Which is true?', choices: ['Ice is hot.', 'Fire is cold.'], value: 3 },
    ]);
    assert.deepEqual(same.find('Which is true?\nA) Ice is hot.\nB) Snow is cold.'), [1]);
    assert.deepEqual(same.find('Which is true?\nA) Ice is hot.\nB) Fire is cold.'), [2, 3]);
  });

  it('stays quick with many questions that begin alike', () => {
    const many = Array.from({ length: 20_000 }, (_none, at) => ({
      question: `This question refers to the following information about the case with the number ${at} of the list.`,
      value: at,
    }));
    const large = createQuestionIndex(many);
    const began = performance.now();
    for (let at = 0; at < 20_000; at += 20) {
      assert.deepEqual(large.find(`Think it over.\n${many[at]!.question}\nA) yes`), [at]);
    }
    assert.ok(performance.now() - began < 2000, 'a thousand look-ups take far less than 2 s');
  });
});
