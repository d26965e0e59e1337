import { optional, required } from './key.ts';
import { folder, integer, origin, postgresUrl, text, yesOrNo } from './readers.ts';

/** Where the hub lives, and where it keeps what it holds. */
export const placeKeys = {
  dataDir: required({
    env: 'ASSAY_DATA',
    sentence: 'Folder that holds repos, large files, evidence and, by default, the database.',
    reader: text,
    fallback: './.assay/hub',
  }),
  port: required({
    env: 'ASSAY_PORT',
    sentence: 'TCP port the hub listens on; 0 lets the system choose one.',
    reader: integer(0, 65_535),
    fallback: 4747,
  }),
  host: required({
    env: 'ASSAY_HOST',
    sentence: 'Address the hub listens on; 0.0.0.0 for all of them.',
    reader: text,
    fallback: '127.0.0.1',
  }),
  publicUrl: optional({
    env: 'ASSAY_PUBLIC_URL',
    sentence:
      'Address by which clients reach the hub. Without it, each answer uses the address it was asked under.',
    reader: origin,
  }),
  trustProxy: required({
    env: 'ASSAY_TRUST_PROXY',
    sentence:
      'Believe X-Forwarded-For, X-Forwarded-Host and X-Forwarded-Proto. Only behind a proxy that sets all three itself.',
    reader: yesOrNo,
    fallback: false,
  }),
  databaseUrl: optional({
    env: 'DATABASE_URL',
    sentence: 'PostgreSQL (15 or newer) to use instead of the embedded one.',
    reader: postgresUrl,
    secret: true,
  }),
  databaseConnections: required({
    env: 'ASSAY_DATABASE_CONNECTIONS',
    sentence: 'Connections to PostgreSQL that one hub process keeps at most.',
    reader: integer(4, 500),
    fallback: 20,
    unit: 'connections',
  }),
  s3Bucket: optional({
    env: 'ASSAY_S3_BUCKET',
    sentence:
      'Bucket of an S3-compatible service that keeps large files and evidence instead of the data folder. Needs ASSAY_S3_ACCESS_KEY_ID and ASSAY_S3_SECRET_ACCESS_KEY.',
    reader: text,
  }),
  s3Endpoint: optional({
    env: 'ASSAY_S3_ENDPOINT',
    sentence: "Address of the S3-compatible service. Without it, Amazon's own of the region.",
    reader: origin,
  }),
  s3Region: required({
    env: 'ASSAY_S3_REGION',
    sentence: 'Region of the bucket.',
    reader: text,
    fallback: 'us-east-1',
  }),
  s3Prefix: required({
    env: 'ASSAY_S3_PREFIX',
    sentence: 'Folder inside the bucket, so that several hubs may share one.',
    reader: folder,
    fallback: '',
  }),
  s3AccessKeyId: optional({
    env: 'ASSAY_S3_ACCESS_KEY_ID',
    sentence: 'Access key for the bucket: may read, write, list and delete objects in it, nothing else.',
    reader: text,
    secret: true,
  }),
  s3SecretAccessKey: optional({
    env: 'ASSAY_S3_SECRET_ACCESS_KEY',
    sentence: 'Secret of the access key. Nowhere else are credentials looked for.',
    reader: text,
    secret: true,
  }),
  postgresUid: required({
    env: 'ASSAY_POSTGRES_UID',
    sentence:
      'When the hub runs as root: user (and group) id under which the embedded PostgreSQL runs, as it refuses root.',
    reader: integer(1, 4_294_967_294),
    fallback: 65_534,
  }),
};
