import type { S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import type { Config } from '../config/load-config.ts';

/** A bucket, and how the hub reaches it. */
export interface S3Place {
  client: S3Client;
  bucket: string;
  /** Before every key: several hubs may share a bucket. Empty, or ends with a slash. */
  prefix: string;
  /** Bytes of one part of a multipart upload; smaller objects go in one request. Tests make it small. */
  partBytes: number;
}

/** Smallest part that S3 allows, but for the last one, is 5 MiB. Two of these are in memory for each upload under way. */
const partBytes = 8 * 2 ** 20;
/** Downloads to slow clients hold a connection each. */
const maxSockets = 512;

/** Opens the bucket that the settings name; the library is loaded only then. Null when they name none. */
export async function openS3Place(config: Config): Promise<S3Place | null> {
  const { s3Bucket: bucket, s3AccessKeyId, s3SecretAccessKey, s3Endpoint } = config;
  if (bucket === undefined || s3AccessKeyId === undefined || s3SecretAccessKey === undefined) return null;
  const { S3Client } = await import('@aws-sdk/client-s3');
  const client = new S3Client({
    region: config.s3Region,
    ...(s3Endpoint && { endpoint: s3Endpoint }),
    // Names of buckets as part of the path: what services other than Amazon's understand.
    forcePathStyle: true,
    credentials: { accessKeyId: s3AccessKeyId, secretAccessKey: s3SecretAccessKey },
    // Other services do not know the newer checksums. Ours is SHA-256 over the whole, at both ends.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    maxAttempts: 4,
    requestHandler: { connectionTimeout: 5_000, httpAgent: { maxSockets }, httpsAgent: { maxSockets } },
  });
  return { client, bucket, prefix: config.s3Prefix === '' ? '' : `${config.s3Prefix}/`, partBytes };
}

/** Whether S3 said that there is no such object. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && (error as Partial<S3ServiceException>).$metadata?.httpStatusCode === 404;
}
