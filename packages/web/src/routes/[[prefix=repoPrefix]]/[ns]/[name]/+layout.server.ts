import { readBenchmark, repoInfo } from '@assay/client';
import { redirect } from '@sveltejs/kit';
import { repoAddress } from '#lib/addresses.ts';
import { optional, required } from '#lib/server/answers.ts';
import { repoOf } from '#lib/server/repo-of.ts';
import type { LayoutServerLoad } from './$types';

export const load: LayoutServerLoad = async ({ locals, params, url }) => {
  const repo = repoOf(params);
  const [info, benchmark] = await Promise.all([
    required(repoInfo(locals.hub, repo)),
    repo.type === 'dataset' ? optional(readBenchmark(locals.hub, repo.name)) : null,
  ]);
  // Renamed, or spelt in another way: the reader's address line should show the repo's own name.
  const asked = repoAddress(repo.type, repo.name);
  if (info.id !== repo.name && url.pathname.startsWith(asked))
    redirect(307, repoAddress(repo.type, info.id) + url.pathname.slice(asked.length) + url.search);
  return { repo: { type: repo.type, name: info.id }, info: toShown(info), benchmark };
};

/** Only what the pages draw goes to the browser, not the whole list of files. */
function toShown(info: Awaited<ReturnType<typeof repoInfo>>) {
  const {
    private: isPrivate = false,
    gated = false,
    sha,
    lastModified,
    downloads = 0,
    tags = [],
    mirror,
  } = info;
  return { isPrivate, gated, sha, lastModified, downloads, tags, mirror: mirror ?? null };
}
