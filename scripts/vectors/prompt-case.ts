import { createHash } from 'node:crypto';
import { messageText } from '../../packages/engine/src/semantics/chat.ts';
import { createJudgePrompt } from '../../packages/engine/src/semantics/judge/judge-prompt.ts';
import type { TemplateTexts } from '../../packages/engine/src/semantics/prompts.ts';
import { choiceVariables } from '../../packages/engine/src/semantics/solver/multiple-choice.ts';
import { createTaskState } from '../../packages/engine/src/semantics/state.ts';
import { strictTemplate } from '../../packages/engine/src/semantics/template.ts';
import type { VectorCase } from './case-file.ts';
import { outcome } from './python-errors.ts';
import { answeredState } from './states.ts';
import type { VectorTemplates } from './templates.ts';

/** Inspect's names of the texts. */
const constants: Record<string, keyof TemplateTexts> = {
  SINGLE_ANSWER: 'singleAnswer',
  SINGLE_ANSWER_COT: 'singleAnswerReasoned',
  MULTIPLE_ANSWER: 'multipleAnswer',
  MULTIPLE_ANSWER_COT: 'multipleAnswerReasoned',
  DEFAULT_COT_TEMPLATE: 'chainOfThought',
  DEFAULT_CRITIQUE_TEMPLATE: 'critique',
  DEFAULT_CRITIQUE_COMPLETION_TEMPLATE: 'critiqueCompletion',
  DEFAULT_MODEL_GRADED_QA_TEMPLATE: 'gradedQa',
  DEFAULT_MODEL_GRADED_FACT_TEMPLATE: 'gradedFact',
  'default_instructions(False)': 'gradeInstructions',
  'default_instructions(True)': 'gradeInstructionsPartial',
};

export function runPromptCase(test: VectorCase, templates: VectorTemplates): Promise<unknown> {
  return outcome(() => {
    const text = promptText(test, templates.set.texts);
    return typeof test.expected === 'string' ? text : digestOf(text);
  });
}

function promptText(test: VectorCase, texts: TemplateTexts): string {
  const { input } = test;
  const named = Object.hasOwn(constants, input.template ?? '')
    ? texts[constants[input.template]!]
    : input.template;
  switch (test.name) {
    case 'template_constant':
      return named;
    case 'chain_of_thought':
      return strictTemplate(texts.chainOfThought).render({ prompt: input.prompt });
    case 'multiple_choice':
    case 'multiple_choice_custom': {
      const state = createTaskState(
        { id: 1, input: input.question, target: '', choices: input.choices },
        1,
        'model',
      );
      return strictTemplate(named).render({ question: input.question, ...choiceVariables(state) });
    }
    default:
      return judgeText(test, named);
  }
}

function judgeText(test: VectorCase, template: string): string {
  const { question, answer, criterion, instructions, metadata } = test.input;
  const prompt = createJudgePrompt({ template, instructions, includeHistory: false });
  const state = answeredState(answer, { input: question, metadata: metadata ?? {} });
  return messageText(prompt(state, [criterion]));
}

/** Inspect's texts are recorded as digest and length in Python characters. */
export function digestOf(text: string): { sha256: string; length: number } {
  return { sha256: createHash('sha256').update(text).digest('hex'), length: Array.from(text).length };
}
