import { readResult } from '@assay/client';
import { required } from '#lib/server/answers.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params }) => required(readResult(locals.hub, params.id));
