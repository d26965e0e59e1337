import { listLeaves } from '@assay/client';
import { required } from '#lib/server/answers.ts';
import type { PageServerLoad } from './$types';

const PAGE = 50;

export const load: PageServerLoad = async ({ locals, url }) => {
  const asked = Number(url.searchParams.get('before') ?? Number.NaN);
  const before = Number.isSafeInteger(asked) && asked > 0 ? asked : undefined;
  const { size, leaves } = await required(listLeaves(locals.hub, { before, limit: PAGE }));
  const last = leaves.at(-1)?.index ?? 0;
  return {
    size,
    leaves: leaves.map(({ index, leaf }) => ({ index, ...toShown(leaf) })),
    next: last > 0 ? last : null,
  };
};

/** What anyone may see of a leaf, in a line. */
function toShown(leaf: string): { kind: string; at: string | null; facts: [string, string][] } {
  const {
    kind,
    at,
    version: _version,
    content: _content,
    ...facts
  } = JSON.parse(leaf) as Record<string, unknown>;
  const shown = Object.entries(facts).map(([name, value]): [string, string] => [
    name,
    typeof value === 'object' ? JSON.stringify(value) : String(value),
  ]);
  return { kind: String(kind), at: typeof at === 'string' ? at : null, facts: shown };
}
