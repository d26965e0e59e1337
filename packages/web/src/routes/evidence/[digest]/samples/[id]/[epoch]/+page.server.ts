import { readEvidence, readEvidenceSample } from '@assay/client';
import { toSampleView } from '#lib/sample-view.ts';
import { required } from '#lib/server/answers.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params }) => {
  const { digest, id, epoch } = params;
  const [header, sample] = await Promise.all([
    required(readEvidence(locals.hub, digest)),
    required(readEvidenceSample(locals.hub, digest, id, Number(epoch))),
  ]);
  return { digest, task: header.log.eval.task, model: header.log.eval.model, sample: toSampleView(sample) };
};
