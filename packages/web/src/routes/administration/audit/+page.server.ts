import { type AuditAct, listAudit } from '@assay/client';
import { required } from '#lib/server/answers.ts';
import { requireActor } from '#lib/server/require-actor.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  requireActor(locals.actor, url);
  const query = Object.fromEntries(
    ['actor', 'action', 'before'].map((key) => [key, url.searchParams.get(key) ?? '']),
  );
  const { acts, names, next } = await required(
    listAudit(locals.hub, {
      actor: query.actor,
      action: query.action,
      ...(query.before && { before: query.before }),
    }),
  );
  return {
    rows: acts.map((act) => toRow(act, names)),
    next,
    actor: query.actor ?? '',
    action: query.action ?? '',
  };
};

/** What an act was about, in words: names for ids where the hub knows them. */
function toRow({ detail, ...act }: AuditAct, names: Record<string, string>) {
  const facts = Object.entries(detail).map(([key, value]) => {
    const text = typeof value === 'string' ? (names[value] ?? value) : JSON.stringify(value);
    return { key, text };
  });
  return { ...act, facts };
}
