import { takeArguments } from '../arguments.ts';
import type { SemanticsContext } from '../context.ts';
import { createGradeReader } from '../judge/grade-reader.ts';
import { judgeOnce } from '../judge/judge-once.ts';
import { createJudgePrompt } from '../judge/judge-prompt.ts';
import { panelReducer } from '../judge/panel.ts';
import { accuracyAndStderr } from '../metric.ts';
import type { Scorer, ScorerFactory } from './scorer.ts';

/** A judge decides whether the answer meets the criterion. */
export const modelGradedQa: ScorerFactory = (args, context) =>
  gradedScorer('model_graded_qa', 'gradedQa', args, context);

/** A judge decides whether the answer states the same facts as the expert's. */
export const modelGradedFact: ScorerFactory = (args, context) =>
  gradedScorer('model_graded_fact', 'gradedFact', args, context);

function gradedScorer(
  name: string,
  defaultText: 'gradedQa' | 'gradedFact',
  args: Record<string, unknown>,
  context: SemanticsContext,
): Scorer {
  const given = takeArguments(name, args, {
    template: 'string',
    instructions: 'string',
    grade_pattern: 'string',
    include_history: 'boolean',
    partial_credit: 'boolean',
    model: 'strings',
    model_role: 'string',
    reducer: 'string',
  });
  const partialCredit = given.partial_credit ?? false;
  const { texts } = context.templates;
  // Empty texts count as not given.
  const defaultInstructions = partialCredit ? texts.gradeInstructionsPartial : texts.gradeInstructions;
  const prompt = createJudgePrompt({
    template: given.template || texts[defaultText],
    instructions: given.instructions || defaultInstructions,
    includeHistory: given.include_history ?? false,
  });
  const reading = { ownInstructions: Boolean(given.instructions), partialCredit };
  const readGrade = createGradeReader(
    given.grade_pattern === undefined ? reading : { ...reading, pattern: given.grade_pattern },
  );
  const reduce = panelReducer(given.reducer ?? 'majority');
  const role = args.model_role === null ? undefined : (given.model_role ?? 'grader');
  return {
    name,
    metrics: accuracyAndStderr(),
    score: async (state, target) => {
      const bench = benchOf(given.model, role, context);
      const votes = await Promise.all(
        bench.judges.map((judge) => {
          return judgeOnce({ context, prompt, readGrade, judge, role: bench.role, state, target });
        }),
      );
      return bench.isPanel ? reduce(votes) : votes[0]!;
    },
  };
}

/** Who judges. The evaluated model when null; a role is named only where a model was bound to it. */
interface Bench {
  judges: (string | null)[];
  isPanel: boolean;
  role: string | undefined;
}

/** The models named, else those bound to the role, else the evaluated model. */
function benchOf(
  model: string | string[] | undefined,
  role: string | undefined,
  context: SemanticsContext,
): Bench {
  if (model !== undefined) return { judges: [model].flat(), isPanel: Array.isArray(model), role: undefined };
  const bound = role === undefined ? [] : context.modelsForRole(role);
  if (bound.length === 0) return { judges: [null], isPanel: false, role: undefined };
  return { judges: bound, isPanel: bound.length > 1, role };
}
