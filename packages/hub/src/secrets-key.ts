import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HubError } from './errors.ts';

/** Name of the key's file in the data folder. */
export const secretsKeyName = 'secrets.key';
const ivBytes = 12;
const tagBytes = 16;

/** Seals secrets that the hub must be able to give back: those of jobs, and keys of endpoints. */
export interface SecretBox {
  /** @param place what it belongs to; it opens under the same words only, so that no row can be moved to another */
  seal(secret: string, place: string): Buffer;
  /** @throws HubError `corrupt` when it was sealed with another key or for another place */
  open(sealed: Buffer, place: string): string;
}

/** AES-256-GCM under a key of 32 bytes. */
function createSecretBox(key: Buffer): SecretBox {
  return {
    seal(secret, place) {
      const iv = randomBytes(ivBytes);
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(place));
      const body = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
      return Buffer.concat([iv, cipher.getAuthTag(), body]);
    },
    open(sealed, place) {
      const tag = sealed.subarray(ivBytes, ivBytes + tagBytes);
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, ivBytes));
        decipher.setAAD(Buffer.from(place)).setAuthTag(tag);
        return (
          decipher.update(sealed.subarray(ivBytes + tagBytes), undefined, 'utf8') + decipher.final('utf8')
        );
      } catch (cause) {
        throw new HubError('corrupt', `the secrets of ${place} cannot be opened with this hub's key`, {
          cause,
          hint: 'Every process that shares a database needs the same ASSAY_SECRETS_KEY.',
        });
      }
    },
  };
}

/**
 * The key for secrets: the configured one, else DATA/secrets.key, made at first start. It is a file and not a row, so
 * that who reads the database alone reads no secret.
 */
export async function readSecretBox(configured: string | undefined, root: string): Promise<SecretBox> {
  if (configured !== undefined) return createSecretBox(Buffer.from(configured, 'hex'));
  const path = join(root, secretsKeyName);
  const found = await readKeyFile(path);
  if (found) return createSecretBox(found);
  // Written aside and linked: of hubs that start at once one makes it, and none reads half of it.
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    await writeFile(draft, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flag: 'wx', flush: true });
    await link(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(draft, { force: true });
  }
  const made = await readKeyFile(path);
  if (made) return createSecretBox(made);
  throw new HubError('corrupt', `${path} holds no key of 64 hexadecimal digits`);
}

async function readKeyFile(path: string): Promise<Buffer | null> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return null;
  return /^[0-9a-f]{64}\s*$/.test(text) ? Buffer.from(text.trim(), 'hex') : null;
}
