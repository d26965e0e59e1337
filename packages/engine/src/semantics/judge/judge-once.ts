import type { SemanticsContext } from '../context.ts';
import { type Score, unscored } from '../scores.ts';
import type { TaskState } from '../state.ts';
import type { GradeReader } from './grade-reader.ts';
import type { JudgePrompt } from './judge-prompt.ts';

export interface Judging {
  context: SemanticsContext;
  prompt: JudgePrompt;
  readGrade: GradeReader;
  /** The evaluated model when null. */
  judge: string | null;
  role: string | undefined;
  state: TaskState;
  target: string[];
}

/** Asks one judge once. A reply without a readable grade leaves the sample unscored: that is the judge's failure. */
export async function judgeOnce(judging: Judging): Promise<Score> {
  const { context, judge, role, state } = judging;
  const request = judging.prompt(state, judging.target);
  const call = { model: judge, messages: [request], ...(role === undefined ? {} : { role }) };
  const reply = await context.callModel(state, call);
  const answer = state.output.completion;
  const metadata = { grading: [request, reply.choices[0]?.message ?? { role: 'assistant', content: '' }] };
  const grade = judging.readGrade(reply.completion);
  if (grade !== null) return { value: grade, answer, explanation: reply.completion, metadata };
  const explanation = `No grade was found in the judge's reply: ${reply.completion}`;
  return unscored('grader_failed', { answer, explanation, metadata });
}
