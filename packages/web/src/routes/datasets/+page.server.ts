import { listDatasets } from '@assay/client';
import { readRepoList } from '#lib/server/repo-list.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = ({ locals, url }) => readRepoList(listDatasets, locals.hub, url);
