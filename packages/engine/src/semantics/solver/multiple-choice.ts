import { takeArguments } from '../arguments.ts';
import { messageText } from '../chat.ts';
import { answerLabel, parseChoices } from '../choice-answer.ts';
import { SemanticsError } from '../error.ts';
import type { TemplateTexts } from '../prompts.ts';
import { markChoice, setUserPromptText, type TaskState, userPrompt } from '../state.ts';
import { strictTemplate } from '../template.ts';
import type { Solver, SolverFactory } from './solver.ts';

/** Asks the question with lettered options, calls the model and marks the options its answer names. */
export const multipleChoice: SolverFactory = (args, context) => {
  const name = 'multiple_choice';
  const given = takeArguments(name, args, {
    template: 'string',
    cot: 'boolean',
    multiple_correct: 'boolean',
    max_tokens: 'integer',
  });
  if (given.template !== undefined) assertChoiceTemplate(given.template);
  const several = given.multiple_correct ?? false;
  const text = given.template ?? context.templates.texts[defaultTemplate(given.cot ?? false, several)];
  const template = strictTemplate(text);
  const config = given.max_tokens === undefined ? undefined : { max_tokens: given.max_tokens };
  const solve: Solver['solve'] = async (state, generate) => {
    if (state.choices.length === 0) {
      throw new SemanticsError('no-choices', 'multiple_choice needs a sample with choices', {
        hint: 'name the column that holds them as "choices" in field_spec',
      });
    }
    const question = messageText(userPrompt(state));
    setUserPromptText(state, template.render({ question, ...choiceVariables(state) }));
    const answered = await generate(state, config);
    markAnswer(answered, several);
    return answered;
  };
  return { name, solve };
};

/** A template of the task's own must hold the question and the options. Throws `bad-template`. */
export function assertChoiceTemplate(template: string): void {
  if (template.includes('{question}') && template.includes('{choices}')) return;
  throw new SemanticsError(
    'bad-template',
    'multiple_choice: the template must contain {question} and {choices}',
  );
}

function defaultTemplate(reasoned: boolean, several: boolean): keyof TemplateTexts {
  if (several) return reasoned ? 'multipleAnswerReasoned' : 'multipleAnswer';
  return reasoned ? 'singleAnswerReasoned' : 'singleAnswer';
}

/** The options as lines `A) …`, and their labels joined by commas. */
export function choiceVariables(state: TaskState): { choices: string; letters: string } {
  const labels = state.choices.map((_, index) => answerLabel(index));
  const lines = state.choices.map((choice, index) => `${labels[index]}) ${choice.value}`);
  return { choices: lines.join('\n'), letters: labels.join(',') };
}

/** Marks every option as chosen or not; leaves all unmarked when the completion holds no readable answer. */
export function markAnswer(state: TaskState, several: boolean): void {
  const chosen = parseChoices(state.output.completion, state.choices.length, several);
  if (chosen.size === 0) return;
  for (let index = 0; index < state.choices.length; index += 1) markChoice(state, index, chosen.has(index));
}
