import { createScorer } from '../../packages/engine/src/semantics/scorer.ts';
import { decoded, type VectorCase } from './case-file.ts';
import { outcome } from './python-errors.ts';
import { shownScore } from './scorer-case.ts';
import { answeredState, scriptedContext, targetList } from './states.ts';
import type { VectorTemplates } from './templates.ts';

/** `vote_mode` is model_graded_qa with a list of judges. */
export function runGradedCase(test: VectorCase, templates: VectorTemplates): Promise<unknown> {
  const { grader_output: single, grader_outputs: panel, completion = 'sub', target = 'ref' } = test.input;
  const args = (decoded(test.input.args) ?? {}) as Record<string, unknown>;
  if (panel) args.model = panel.map((_reply: string, index: number) => `judge/${index}`);
  const name = test.name === 'vote_mode' ? 'model_graded_qa' : test.name;
  return outcome(async () => {
    const scorer = createScorer({ name, args }, scriptedContext(templates.set, panel ?? [single]));
    return shownScore(await scorer.score(answeredState(completion), targetList(target)));
  });
}
