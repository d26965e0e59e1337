import { createHash } from 'node:crypto';
import { WIRE_MEDIA_TYPES, type WireLfsBatchAnswer } from '@assay/spec';
import { ClientError } from './client-error.ts';
import { askJson, type HubConnection, sendTo } from './connection.ts';
import { pagePath, type RepoRef } from './routes.ts';

export interface LargeFile {
  /** SHA-256 of the content, 64 hexadecimal digits. */
  oid: string;
  size: number;
}

/** Brings a file into the hub's LFS store by the basic transfer, unless it is there already. */
export async function uploadLargeFile(
  connection: HubConnection,
  repo: RepoRef,
  blob: Blob,
): Promise<LargeFile> {
  const file: LargeFile = { oid: await digestOf(blob), size: blob.size };
  const answer = await askJson<WireLfsBatchAnswer>(
    connection,
    pagePath(repo, '.git/info/lfs/objects/batch'),
    {
      method: 'POST',
      headers: { accept: WIRE_MEDIA_TYPES.lfs, 'content-type': WIRE_MEDIA_TYPES.lfs },
      json: { operation: 'upload', transfers: ['basic'], objects: [file], hash_algo: 'sha256' },
    },
  );
  const object = answer.objects[0];
  if (!object || object.error) {
    const message = object?.error?.message ?? 'the hub gave no answer about the file';
    throw new ClientError('refused', `Large file ${file.oid}: ${message}`, { status: 200, body: answer });
  }
  const { upload, verify } = object.actions ?? {};
  if (upload) {
    await sendTo(connection, upload.href, { method: 'PUT', body: blob, headers: upload.header ?? {} });
  }
  if (verify) {
    const headers = { accept: WIRE_MEDIA_TYPES.lfs, 'content-type': WIRE_MEDIA_TYPES.lfs, ...verify.header };
    await sendTo(connection, verify.href, { method: 'POST', json: file, headers });
  }
  return file;
}

async function digestOf(blob: Blob): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of blob.stream()) hash.update(chunk);
  return hash.digest('hex');
}
