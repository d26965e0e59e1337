import type { RepoType } from './ids.ts';
import type { WireEvalResult } from './wire-results.ts';

export interface WireLfs {
  oid: string;
  size: number;
  pointerSize: number;
}

/** In repo info the digest is called `sha256`, in trees `oid`. */
export interface WireSibling {
  rfilename: string;
  size?: number;
  blobId?: string;
  lfs?: { sha256: string; size: number; pointerSize: number };
}

/** `GET /api/{models,datasets,spaces}/{id}`. With `expand` only `_id`, `id` and the named members are sent. */
export interface WireRepoInfo {
  _id: string;
  id: string;
  modelId?: string;
  author?: string;
  sha?: string;
  private?: boolean;
  gated?: false | 'auto' | 'manual';
  disabled?: boolean;
  lastModified?: string;
  createdAt?: string;
  downloads?: number;
  downloadsAllTime?: number;
  likes?: number;
  trendingScore?: number;
  usedStorage?: number;
  tags?: string[];
  cardData?: Record<string, unknown> | null;
  siblings?: WireSibling[];
  pipeline_tag?: string;
  library_name?: string;
  description?: string;
  safetensors?: { parameters: Record<string, number>; total: number };
  baseModels?: { relation: string; models: { _id: string; id: string }[] } | null;
  childrenModelCount?: Record<string, number>;
  evalResults?: WireEvalResult[];
  /** Provider -> what it calls the model; an object even when nobody serves it. */
  inferenceProviderMapping?: Record<string, { status: 'live' | 'staging'; providerId: string; task: string }>;
  resourceGroup?: Record<string, unknown> | null;
  'model-index'?: unknown;
  /** Ours: the page of the repo on another hub that this one follows, and when it last equalled it. */
  mirror?: { origin: string; syncedAt?: string };
  securityRepoStatus?: { scansDone: boolean; filesWithIssues: unknown[] };
}

/** Body of `POST /api/repos/create`; clients differ in what they leave out. */
export interface WireCreateRepo {
  name: string;
  organization?: string | null;
  type?: RepoType;
  private?: boolean;
  visibility?: 'public' | 'private' | 'protected';
  license?: string;
  sdk?: string;
  files?: { path: string; content: string; encoding: 'base64' | 'utf-8' }[];
}

export interface WireCreatedRepo {
  url: string;
  id: string;
  name: string;
}

/** An entry of `tree` and `paths-info`. `xetHash` is never sent: it would make clients download in another way. */
export interface WireTreeEntry {
  type: 'file' | 'directory';
  /** Git's blob or tree id; for an LFS file that of its pointer. */
  oid: string;
  /** The real size, of LFS files too; 0 for a directory. */
  size: number;
  path: string;
  lfs?: WireLfs;
  lastCommit?: { id: string; title: string; date: string };
  securityFileStatus?: { status: string; avScan: unknown; pickleImportScan: unknown };
}

export interface WireRef {
  name: string;
  ref: string;
  targetCommit: string;
}

/** `GET …/refs`; `pullRequests` only when asked for. */
export interface WireRefs {
  branches: WireRef[];
  converts: WireRef[];
  tags: WireRef[];
  pullRequests?: WireRef[];
}

/** An element of `GET …/commits/{rev}`, newest first. */
export interface WireCommit {
  id: string;
  title: string;
  message: string;
  date: string;
  authors: { user: string; avatar?: string }[];
  /** Ids, the first parent first; ours, the Hub names none. What a commit changed is what differs from the first. */
  parents?: string[];
  formatted?: { title: string; message: string };
}
