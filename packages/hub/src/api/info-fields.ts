import { baseModelsOf, toWireDate, type WireRepoInfo, type WireSibling } from '@assay/spec';
import type { HubContext } from '../context.ts';
import { loadEvalResults } from '../leaderboards/eval-results.ts';
import { findMirror } from '../mirror/mirrors.ts';
import { type InfoRow, idsOf } from './info-query.ts';

type Field = keyof WireRepoInfo;

/** Members of every answer that asks for nothing in particular; lists leave out those behind the line. */
const rowFields = [
  'modelId',
  'author',
  'private',
  'gated',
  'disabled',
  'downloads',
  'likes',
  'tags',
  'createdAt',
  'lastModified',
  'pipeline_tag',
  'library_name',
] as const satisfies Field[];
export const listFields: readonly Field[] = rowFields;
export const fullListFields: readonly Field[] = [...rowFields, 'sha', 'cardData', 'siblings'];
export const infoFields: readonly Field[] = [
  ...rowFields,
  'sha',
  'cardData',
  'siblings',
  'usedStorage',
  'safetensors',
  'model-index',
  'description',
  'mirror',
];

export interface InfoWish {
  /** Members wanted beside `_id` and `id`; unknown ones are passed over, as newer clients know more than we do. */
  fields: Iterable<string>;
  /** Sizes and oids of files. */
  blobs?: boolean;
  securityStatus?: boolean;
  /** Of a pull request's revision, its number. */
  pullRequest?: number;
}

/** A repo's info with exactly the wanted members; one that is not known is left out. */
export async function toRepoInfo(ctx: HubContext, row: InfoRow, wish: InfoWish): Promise<WireRepoInfo> {
  const { repo } = row;
  const info: WireRepoInfo = { _id: repo.id, id: repo.fullName };
  for (const field of wish.fields) {
    const read = Object.hasOwn(readers, field) ? readers[field as Field] : undefined;
    const value = await read?.(row, ctx, wish);
    if (value !== undefined) Object.assign(info, { [field]: value });
  }
  if (wish.securityStatus) info.securityRepoStatus = { scansDone: true, filesWithIssues: [] };
  return info;
}

type Reader = (row: InfoRow, ctx: HubContext, wish: InfoWish) => unknown;

const readers: Partial<Record<Field, Reader>> = {
  modelId: ({ repo }) => (repo.type === 'model' ? repo.fullName : undefined),
  author: ({ repo }) => repo.namespace,
  private: ({ repo }) => repo.private,
  gated: ({ repo }) => repo.gated ?? false,
  disabled: ({ repo }) => repo.disabled,
  downloads: (row) => row.downloads,
  downloadsAllTime: (row) => row.downloads,
  likes: (row) => row.likes,
  trendingScore: (row) => row.likes,
  tags: ({ head, official }) => (official ? [...head.tags, 'benchmark:official'] : head.tags),
  createdAt: ({ repo }) => toWireDate(repo.createdAt),
  lastModified: ({ head }) => toWireDate(head.lastModified),
  pipeline_tag: ({ repo, head }) => (repo.type === 'model' ? textOf(head.card?.pipeline_tag) : undefined),
  library_name: ({ repo, head }) => (repo.type === 'model' ? textOf(head.card?.library_name) : undefined),
  sha: ({ head }) => head.sha ?? undefined,
  cardData: ({ head }) => head.card,
  siblings: listSiblings,
  usedStorage: readStorage,
  safetensors: ({ head }) =>
    head.parameters === null ? undefined : { parameters: {}, total: head.parameters },
  'model-index': ({ repo, head }) => (repo.type === 'model' ? head.card?.['model-index'] : undefined),
  description: (row) => (row.repo.type === 'dataset' ? (row.description ?? undefined) : undefined),
  baseModels: readBaseModels,
  evalResults: ({ repo }, ctx, wish) =>
    repo.type === 'model' ? loadEvalResults(ctx, repo.id, wish.pullRequest) : undefined,
  // Nobody serves models through this hub; clients want the object all the same.
  inferenceProviderMapping: ({ repo }) => (repo.type === 'model' ? {} : undefined),
  mirror: readMirror,
  resourceGroup: () => null,
};

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** All files, as names; with `blobs` also as git and LFS know them. */
async function listSiblings(
  { repo, head }: InfoRow,
  ctx: HubContext,
  wish: InfoWish,
): Promise<WireSibling[]> {
  if (head.sha === null) return [];
  const git = ctx.git.reader(repo.id);
  const entries = [];
  for await (const entry of git.entries(head.sha, '', { recursive: true })) {
    if (entry.type === 'file') entries.push(entry);
  }
  if (!wish.blobs) return entries.map(({ path }) => ({ rfilename: path }));
  return (await git.sized(entries)).map(({ path, oid, size, lfs }) => ({
    rfilename: path,
    size,
    blobId: oid,
    ...(lfs && { lfs: { sha256: lfs.oid, size: lfs.size, pointerSize: lfs.pointerSize } }),
  }));
}

/** Bytes of the large files a repo may serve. */
async function readStorage({ repo }: InfoRow, ctx: HubContext): Promise<number> {
  const { bytes } = await ctx.db.one<{ bytes: number }>(
    'SELECT coalesce(sum(size), 0)::bigint AS bytes FROM record.lfs_objects WHERE repo_id = $1',
    [repo.id],
  );
  return bytes;
}

async function readBaseModels({ repo, head }: InfoRow, ctx: HubContext) {
  const { relation, models } = baseModelsOf(head.card);
  if (repo.type !== 'model' || relation === null) return undefined;
  const ids = await idsOf(ctx.db, 'model', models);
  const known = models.flatMap((id) => {
    const _id = ids.get(id.toLowerCase());
    return _id ? [{ _id, id }] : [];
  });
  return { relation, models: known };
}

/** Ours: where a mirrored repo comes from. */
async function readMirror({ repo }: InfoRow, ctx: HubContext) {
  if (repo.mirrorOf === null) return undefined;
  const syncedAt = (await findMirror(ctx, repo.id))?.syncedAt;
  return { origin: repo.mirrorOf, ...(syncedAt && { syncedAt: toWireDate(syncedAt) }) };
}
