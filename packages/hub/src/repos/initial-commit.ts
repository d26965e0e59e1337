import type { Actor } from '../auth/actor.ts';
import type { HubContext } from '../context.ts';
import { receive } from '../receive/receive.ts';
import { toHubError } from '../receive/refusal.ts';
import type { Repo } from './repo.ts';

export interface InitialFile {
  path: string;
  content: Uint8Array;
}

/** Kinds of files that are kept through LFS, whatever their size. The Hub's clients look for this file. */
const largeKinds = `7z arrow avro bin bz2 ckpt db eval ftz gguf gz h5 joblib lz4 mlmodel model msgpack npy npz onnx ot parquet
  pb pickle pkl pt pth rar safetensors sqlite tar tflite tgz wasm webp xz zip zst mp3 wav flac ogg mp4 webm`;

const gitAttributes = `${largeKinds
  .split(/\s+/)
  .map((kind) => `*.${kind} filter=lfs diff=lfs merge=lfs -text`)
  .join('\n')}\n`;

/**
 * Makes the first commit of `main`.
 * @throws HubError when a file is refused
 */
export async function writeInitialCommit(
  ctx: HubContext,
  repo: Repo,
  actor: Actor,
  files: InitialFile[],
): Promise<void> {
  const quarantine = await ctx.git.quarantine(repo.id);
  try {
    const oid = await quarantine.makeCommit({
      parent: null,
      operations: [{ path: '.gitattributes', content: Buffer.from(gitAttributes) }, ...files].map((file) => ({
        kind: 'write' as const,
        ...file,
      })),
      author: { name: actor.name, email: `${actor.name}@users.noreply.invalid` },
      message: 'Initial commit',
      date: ctx.clock(),
    });
    const updates = [{ ref: 'refs/heads/main', old: null, new: oid }];
    const outcome = await receive(ctx, { repo, actor, via: 'create', updates, quarantine });
    if (!outcome.ok) throw toHubError(outcome.refused);
  } finally {
    quarantine.discard();
  }
}
