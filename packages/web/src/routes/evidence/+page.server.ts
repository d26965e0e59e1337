import { readFolderLogs } from '@assay/client';
import { required } from '#lib/server/answers.ts';
import type { PageServerLoad } from './$types';

/** The logs of a folder, as `assay view` shows them; a hub lists logs with their results instead. */
export const load: PageServerLoad = async ({ locals, url }) => {
  const search = url.searchParams.get('search') ?? '';
  const { folder, logs } = await required(readFolderLogs(locals.hub));
  const wanted = search.toLowerCase();
  const shown = logs.filter(({ place, run }) =>
    [place, run?.task, run?.model, run?.status].some((text) => text?.toLowerCase().includes(wanted)),
  );
  return { folder, logs: shown, total: logs.length, search };
};
