import {
  EngineError,
  readSamplePage,
  type SampleFilter,
  type SamplePage,
  sampleFilters,
} from '@assay/engine';
import type { EvalSample } from '@assay/spec';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import type { Evidence } from './find-evidence.ts';
import { openEvidence } from './open-evidence.ts';

export { sampleFilters };

/** A page of a log's samples, in the log's order. Holds one page at a time, whatever the size of the log. */
export async function listSamples(
  ctx: HubContext,
  evidence: Evidence,
  wish: { offset: number; limit: number; filter: SampleFilter },
): Promise<SamplePage> {
  return orLogFault(async () =>
    readSamplePage(await openEvidence(ctx, evidence), evidence.sampleCount, wish),
  );
}

/** One sample with all it holds. @throws HubError `not-found`, `too-large` */
export async function readSample(
  ctx: HubContext,
  evidence: Evidence,
  id: string,
  epoch: number,
): Promise<EvalSample> {
  return orLogFault(async () => (await openEvidence(ctx, evidence)).sample(id, epoch));
}

/** Runs something that reads a log; what is missing, broken or too large in a stranger's file is no fault of the hub's. */
async function orLogFault<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (cause) {
    if (!(cause instanceof EngineError)) throw cause;
    if (cause.code === 'sample-missing')
      throw new HubError('not-found', cause.message.slice(0, 300), { cause });
    const hint = 'the file itself can be downloaded';
    const code = cause.code === 'log-too-large' ? 'too-large' : 'not-found';
    throw new HubError(code, `this part of the log cannot be shown: ${cause.message}`, { cause, hint });
  }
}
