import { listBenchmarks } from '@assay/client';
import { required } from '#lib/server/answers.ts';
import { withLeaders } from '#lib/server/leaders.ts';
import type { PageServerLoad } from './$types';

const PAGE = 60;

export const load: PageServerLoad = async ({ locals, url }) => {
  const search = url.searchParams.get('search')?.trim() || undefined;
  const cursor = url.searchParams.get('cursor') ?? undefined;
  const { benchmarks, next } = await required(listBenchmarks(locals.hub, { search, cursor, limit: PAGE }));
  return { search: search ?? '', benchmarks: await withLeaders(locals.hub, benchmarks), next: next ?? null };
};
