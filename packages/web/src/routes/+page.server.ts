import { readHome } from '@assay/client';
import { required } from '#lib/server/answers.ts';
import { withLeaders } from '#lib/server/leaders.ts';
import type { PageServerLoad } from './$types';

const LATEST = 10;

export const load: PageServerLoad = async ({ locals }) => {
  const { benchmarks, latest, counts } = await required(readHome(locals.hub));
  const official = latest.filter(({ benchmarkStanding }) => benchmarkStanding === 'official');
  const others = latest.filter((row) => !official.includes(row));
  return {
    benchmarks: await withLeaders(locals.hub, benchmarks),
    official: official.slice(0, LATEST),
    others: others.slice(0, LATEST),
    counts,
  };
};
