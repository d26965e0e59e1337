import { answerIndex, answerLabel } from '../../packages/engine/src/semantics/choice-answer.ts';
import { SemanticsError } from '../../packages/engine/src/semantics/error.ts';
import { chatHistory } from '../../packages/engine/src/semantics/judge/chat-history.ts';
import { withoutDataMarks } from '../../packages/engine/src/semantics/judge/judge-prompt.ts';
import { isFiniteNumber } from '../../packages/engine/src/semantics/python/float.ts';
import {
  stripNumericPunctuation,
  stripPunctuation,
} from '../../packages/engine/src/semantics/python/punctuation.ts';
import { createPythonRandom } from '../../packages/engine/src/semantics/python/random.ts';
import { assertChoiceTemplate } from '../../packages/engine/src/semantics/solver/multiple-choice.ts';
import { tolerantTemplate } from '../../packages/engine/src/semantics/template.ts';
import { normalizeNumber } from '../../packages/engine/src/semantics/text/number-in-text.ts';
import { parseUnicodeNumber } from '../../packages/engine/src/semantics/text/unicode-number.ts';
import { valueToFloat } from '../../packages/engine/src/semantics/value-to-float.ts';
import { decoded, type VectorCase } from './case-file.ts';
import { outcome } from './python-errors.ts';

// biome-ignore lint/suspicious/noExplicitAny: each function has its own input
const functions: Record<string, (input: any) => unknown> = {
  answer_character: ({ index }) => answerLabel(index),
  answer_index: ({ char }) => answerIndex(char),
  chat_history: ({ messages }) => chatHistory(messages),
  is_finite_number: ({ s }) => isFiniteNumber(s),
  neutralize_structural_delimiters: ({ s }) => withoutDataMarks(s),
  normalize_number: ({ number }) => normalizeNumber(number),
  strip_numeric_punctuation: ({ s }) => stripNumericPunctuation(s),
  strip_punctuation: ({ s }) => stripPunctuation(s),
  unicode_number_to_float: ({ s }) => requireNumber(parseUnicodeNumber(s)),
  valid_template: ({ template }) => isChoiceTemplate(template),
  value_to_float: ({ value }) => valueToFloat(decoded(value) as never),
};

export function runUtilCase(test: VectorCase): Promise<unknown> {
  const run = functions[test.name];
  if (!run) throw new Error(`no function ${test.name}`);
  return outcome(() => run(test.input));
}

function requireNumber(value: number | undefined): number {
  if (value === undefined) throw new SemanticsError('bad-number', 'no number');
  return value;
}

function isChoiceTemplate(template: string): boolean {
  try {
    assertChoiceTemplate(template);
    return true;
  } catch {
    return false;
  }
}

export function runTemplateCase(test: VectorCase): Promise<unknown> {
  return outcome(() => tolerantTemplate(test.input.template).render(test.input.params));
}

export function runShuffleCase(test: VectorCase): number[] {
  const items = Array.from({ length: test.input.n }, (_none, index) => index);
  createPythonRandom(test.input.seed).shuffle(items);
  return items;
}
