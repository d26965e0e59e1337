import { createHash } from 'node:crypto';

/** The texts that solvers and judges use when the task file gives none. All are Python format strings. */
export interface TemplateTexts {
  /** `{prompt}` */
  chainOfThought: string;
  /** `{question}`, `{completion}` */
  critique: string;
  /** `{question}`, `{completion}`, `{critique}` */
  critiqueCompletion: string;
  /** The four below: `{question}`, `{choices}`, `{letters}` */
  singleAnswer: string;
  singleAnswerReasoned: string;
  multipleAnswer: string;
  multipleAnswerReasoned: string;
  /** The two below: `{question}`, `{answer}`, `{criterion}`, `{instructions}` */
  gradedQa: string;
  gradedFact: string;
  gradeInstructions: string;
  gradeInstructionsPartial: string;
}

/** A set of texts under a name. Results made with different sets are different setups. */
export interface TemplateSet {
  name: string;
  version: string;
  /** SHA-256 over the texts, lower-case hex. */
  digest: string;
  texts: TemplateTexts;
}

export function createTemplateSet(name: string, version: string, texts: TemplateTexts): TemplateSet {
  const sorted = Object.entries(texts).sort(([a], [b]) => (a < b ? -1 : 1));
  const digest = createHash('sha256').update(JSON.stringify(sorted)).digest('hex');
  return { name, version, digest, texts };
}

/** The rules of scoring implemented here, as written into every log. */
export const semanticsProfile = 'inspect-0.3.285';

const answerOnly = 'Reply with one line and nothing else, in this form: "ANSWER: $LETTER"';
const answerLast = 'Work it out first; then close with one line in this form: "ANSWER: $LETTER"';
const severalOnly = 'Reply with one line and nothing else, in this form: "ANSWER: $LETTERS"';
const severalLast = 'Work it out first; then close with one line in this form: "ANSWER: $LETTERS"';
const oneLetter = 'where LETTER is the one correct option out of {letters}.';
const allLetters = 'where LETTERS lists every correct option out of {letters}, separated by commas.';
const options = '\n\nQuestion: {question}\n\n{choices}';

const gradingData = `<<< start of the material >>>
Question: {question}
===
Expected: {criterion}
===
Submitted: {answer}
<<< end of the material >>>`;

const gradeForm = (
  letters: string,
) => `Explain your reasoning step by step, then give the verdict on the last line.
That line must be "GRADE: " followed by exactly one of these letters: ${letters}.`;

/** Assay's own texts, for engines without an installed Inspect. */
export const assayTemplates: TemplateSet = createTemplateSet('assay', '1', {
  chainOfThought: `{prompt}

Think the problem through step by step. When you are done, write your result on a last line of its own
in this form: "ANSWER: $RESULT" (leave out the quotes), where RESULT is what was asked for.`,
  critique: `Judge the answer that was given to the question below. Say what is right in it and what is wrong or
missing, and how it could be made better. When nothing needs to change, say that the answer is fully correct.

Question: {question}
===
Answer: {completion}
===
Your judgement:`,
  critiqueCompletion: `Here is a question, the answer you gave at first, and a critique of that answer. Give your
best answer now; keep the first one if the critique finds no fault. Write it on a last line of its own in this
form: "ANSWER: $RESULT" (leave out the quotes).

Question: {question}
===
First answer: {completion}
===
Critique: {critique}`,
  singleAnswer: `Choose the correct option. ${answerOnly} ${oneLetter}${options}`,
  singleAnswerReasoned: `Choose the correct option. ${answerLast} ${oneLetter}${options}`,
  multipleAnswer: `Choose all correct options; there may be several. ${severalOnly} ${allLetters}${options}`,
  multipleAnswerReasoned: `Choose all correct options; there may be several. ${severalLast} ${allLetters}${options}`,
  gradedQa: `Decide whether a submitted answer fulfils what was expected of it.

${gradingData}

Does the submitted answer fulfil the expectation?

{instructions}`,
  gradedFact: `Decide whether a submitted answer states the same facts as the expected one. Style, length and
wording do not matter.

${gradingData}

Does the submitted answer contain the facts of the expected one, without contradicting them?

{instructions}`,
  gradeInstructions: gradeForm('C (correct), I (incorrect)'),
  gradeInstructionsPartial: gradeForm('C (correct), P (partly correct), I (incorrect)'),
});
