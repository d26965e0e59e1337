import { readFileView } from '#lib/server/file-view.ts';
import { addressAfter, parseRevisionPath } from '#lib/server/revision-path.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, parent, url }) => {
  const { repo } = await parent();
  const { revision, path } = parseRevisionPath(addressAfter(url, 'blob'));
  const file = await readFileView(locals.hub, repo, revision, path);
  return { revision, path, file, plain: url.searchParams.has('plain') };
};
