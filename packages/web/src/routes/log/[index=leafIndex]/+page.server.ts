import { readLeaf } from '@assay/client';
import { required } from '#lib/server/answers.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params }) => {
  const found = await required(readLeaf(locals.hub, params.index));
  const { resultId, statement } = JSON.parse(found.leaf) as Record<string, unknown>;
  const content = found.opening && JSON.stringify(JSON.parse(found.opening.content), null, 2);
  return {
    index: found.index,
    leaf: JSON.stringify(JSON.parse(found.leaf), null, 2),
    receipt: found.receipt,
    ...(content && { content }),
    ...(typeof resultId === 'string' && { resultId }),
    ...(typeof statement === 'string' && { statement }),
  };
};
