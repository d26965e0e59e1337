import { type RepoRef, readBenchmark, repoInfo } from '@assay/client';
import { redirect } from '@sveltejs/kit';
import { repoAddress } from '#lib/addresses.ts';
import { optional, required } from '#lib/server/answers.ts';
import { askHub } from '#lib/server/ask-hub.ts';
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
  const own = await readOwn(locals, repo);
  return { ...own, repo: { type: repo.type, name: info.id }, info: toShown(info), benchmark };
};

/** What this visitor may and does with it; strangers are not asked about. */
async function readOwn({ hub, actor }: App.Locals, repo: RepoRef) {
  if (!actor) return { rules: false, liked: false, discussionsDisabled: false };
  const api = `/api/${repo.type}s/${repo.name}`;
  const [check, like] = await Promise.all([
    askHub(hub, `${api}/auth-check/admin`),
    askHub(hub, `${api}/like`),
  ]);
  const rules = check.ok ? ((await check.json()) as { discussionsDisabled?: boolean }) : null;
  const liked = like.ok && ((await like.json()) as { liked: boolean }).liked;
  return { rules: rules !== null, liked, discussionsDisabled: rules?.discussionsDisabled ?? false };
}

/** Only what the pages draw goes to the browser, not the whole list of files. */
function toShown(info: Awaited<ReturnType<typeof repoInfo>>) {
  const {
    private: isPrivate = false,
    gated = false,
    sha,
    lastModified,
    downloads = 0,
    likes = 0,
    tags = [],
    mirror,
  } = info;
  return { isPrivate, gated, sha, lastModified, downloads, likes, tags, mirror: mirror ?? null };
}
