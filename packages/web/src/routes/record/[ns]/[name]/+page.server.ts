import { readModelRecord } from '@assay/client';
import { required } from '#lib/server/answers.ts';
import type { PageServerLoad } from './$types';

/** The record of a model, also of one that is gone: what was public and was taken off the boards. */
export const load: PageServerLoad = async ({ locals, params }) => ({
  record: await required(readModelRecord(locals.hub, `${params.ns}/${params.name}`)),
});
