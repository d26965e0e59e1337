import { listDatasets, listMembers, listModels } from '@assay/client';
import { error } from '@sveltejs/kit';
import { required, take } from '#lib/server/answers.ts';
import { askHub } from '#lib/server/ask-hub.ts';
import type { PageServerLoad } from './$types';

const MOST = 200;

export const load: PageServerLoad = async ({ locals, params }) => {
  const query = { author: params.ns, sort: 'lastModified' as const, limit: MOST };
  const [models, datasets, account] = await Promise.all([
    required(take(listModels(locals.hub, query), MOST)),
    required(take(listDatasets(locals.hub, query), MOST)),
    readAccount(locals, params.ns),
  ]);
  if (!account && models.items.length + datasets.items.length === 0) {
    error(404, `There is no account “${params.ns}” to show.`, {
      hint: 'Check the spelling. An account without public repos has no page for strangers.',
    });
  }
  return {
    name: account?.name ?? params.ns,
    fullname: account?.fullname ?? '',
    members: account?.org ? await required(listMembers(locals.hub, account.name)) : null,
    models: models.items,
    datasets: datasets.items,
  };
};

/** The Hub's overview of a user or an organisation, where this hub has one; oneself is always known. */
async function readAccount(
  { hub, actor }: App.Locals,
  name: string,
): Promise<{ name: string; fullname?: string; org?: boolean } | null> {
  for (const kind of ['users', 'organizations']) {
    const answer = await askHub(hub, `/api/${kind}/${encodeURIComponent(name)}/overview`);
    const body = answer.ok
      ? ((await answer.json()) as { name?: string; user?: string; fullname?: string })
      : null;
    if (body)
      return { name: body.name ?? body.user ?? name, fullname: body.fullname, org: kind === 'organizations' };
  }
  return actor?.name.toLowerCase() === name.toLowerCase() ? actor : null;
}
