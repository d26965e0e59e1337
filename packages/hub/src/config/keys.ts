import {
  folder,
  frameworkIds,
  hostList,
  integer,
  key256,
  oneOf,
  origin,
  postgresUrl,
  type Reader,
  text,
  token,
  witnessList,
  words,
  yesOrNo,
} from './readers.ts';

/** One setting. `fallback` left out means that there is no value unless one is given. */
interface Key<T> {
  env: string;
  sentence: string;
  reader: Reader<T>;
  unit?: string;
  secret?: boolean;
}
interface OptionalKey<T> extends Key<T> {
  fallback?: undefined;
}
interface RequiredKey<T> extends Key<T> {
  fallback: NoInfer<T>;
}

const optional = <T>(key: OptionalKey<T>) => key;
const required = <T>(key: RequiredKey<T>) => key;

/** Every setting of the hub. `docs/operate.md` and `.env.example` are generated from this table. */
export const configKeys = {
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
  adminToken: optional({
    env: 'ASSAY_ADMIN_TOKEN',
    sentence:
      'Makes, at start, an administrator named admin with this write token (hf_ and 20 or more letters and digits). Without it, the first start prints a one-time link.',
    reader: token,
    secret: true,
  }),
  signUp: required({
    env: 'ASSAY_SIGN_UP',
    sentence:
      'Who may make an account: closed (administrators make them), invite (and whoever has a one-time link), oidc (and whom the identity provider sends) or open (anyone).',
    reader: oneOf('closed', 'invite', 'oidc', 'open'),
    fallback: 'closed',
  }),
  maintainers: optional({
    env: 'ASSAY_MAINTAINERS',
    sentence:
      'Organisation whose members (of any role but read) decide, beside the administrators, which benchmarks are official.',
    reader: text,
  }),
  evaluationFrameworks: optional({
    env: 'ASSAY_EVALUATION_FRAMEWORKS',
    sentence:
      'Ids of evaluation frameworks known beside the built-in ones, separated by commas. Others are accepted with a warning.',
    reader: frameworkIds,
  }),
  oidcIssuer: optional({
    env: 'ASSAY_OIDC_ISSUER',
    sentence: 'Identity provider (OpenID Connect) through which people may sign in: its issuer address.',
    reader: text,
  }),
  oidcClientId: required({
    env: 'ASSAY_OIDC_CLIENT_ID',
    sentence:
      'Name of this hub at the identity provider; the address to register there is PUBLIC_URL/oauth/callback.',
    reader: text,
    fallback: 'assay',
  }),
  oidcClientSecret: optional({
    env: 'ASSAY_OIDC_CLIENT_SECRET',
    sentence: 'Secret of this hub at the identity provider. Without one, PKCE alone protects the exchange.',
    reader: text,
    secret: true,
  }),
  oidcName: required({
    env: 'ASSAY_OIDC_NAME',
    sentence: 'What the login page calls the identity provider.',
    reader: text,
    fallback: 'your organisation',
  }),
  writesPerWindow: required({
    env: 'ASSAY_WRITES_PER_5_MINUTES',
    sentence:
      'Changes that one account, or one address without an account, may make in five minutes; more are answered 429. Administrators are not limited.',
    reader: integer(1, 1_000_000_000),
    fallback: 1_000,
    unit: 'changes',
  }),
  readsPerWindow: required({
    env: 'ASSAY_READS_PER_5_MINUTES',
    sentence:
      'Other requests that one account, or one address without an account, may send to one hub process in five minutes; more are answered 429.',
    reader: integer(1, 1_000_000_000),
    fallback: 30_000,
    unit: 'requests',
  }),
  sessionDays: required({
    env: 'ASSAY_SESSION_DAYS',
    sentence: 'How long a login in a browser lasts.',
    reader: integer(1, 365),
    fallback: 30,
    unit: 'days',
  }),
  loginFailuresPerMinute: required({
    env: 'ASSAY_LOGIN_FAILURES_PER_MINUTE',
    sentence: 'Failed logins and bad tokens that one client address may send; more are answered 429.',
    reader: integer(1, 100_000),
    fallback: 30,
    unit: 'a minute',
  }),
  webhookTries: required({
    env: 'ASSAY_WEBHOOK_TRIES',
    sentence:
      'How often a message of a webhook is sent before it is given up; pauses grow from 2 seconds on.',
    reader: integer(1, 20),
    fallback: 9,
    unit: 'times',
  }),
  webhookPrivateHosts: required({
    env: 'ASSAY_WEBHOOK_PRIVATE_HOSTS',
    sentence:
      'Hosts (name or name:port, with commas between) that webhooks may call although their addresses are private.',
    reader: words,
    fallback: [],
  }),
  mirrorHours: required({
    env: 'ASSAY_MIRROR_HOURS',
    sentence: 'How often mirrored repos are brought up to date with the hubs they come from.',
    reader: integer(1, 8_760),
    fallback: 6,
    unit: 'hours',
  }),
  quotaGib: required({
    env: 'ASSAY_QUOTA_GIB',
    sentence:
      'Room that each account and organisation has for its repos and buckets: git, LFS, Xet. Uploads beyond it are refused.',
    reader: integer(1, 1_000_000_000),
    fallback: 1_024,
    unit: 'GiB',
  }),
  maxRegularFileMib: required({
    env: 'ASSAY_MAX_REGULAR_FILE_MIB',
    sentence: 'Largest file kept in git itself; larger ones go through LFS.',
    reader: integer(1, 1_000),
    fallback: 10,
    unit: 'MiB',
  }),
  maxRequestMib: required({
    env: 'ASSAY_MAX_REQUEST_MIB',
    sentence:
      'Largest JSON request body. Commits, packs and large files are streamed and have limits of their own.',
    reader: integer(1, 1_000),
    fallback: 16,
    unit: 'MiB',
  }),
  maxCommitMib: required({
    env: 'ASSAY_MAX_COMMIT_MIB',
    sentence: 'Largest body of a commit through the REST API.',
    reader: integer(1, 100_000),
    fallback: 512,
    unit: 'MiB',
  }),
  maxPackMib: required({
    env: 'ASSAY_MAX_PACK_MIB',
    sentence: 'Largest pack of one git push.',
    reader: integer(1, 1_000_000),
    fallback: 4_096,
    unit: 'MiB',
  }),
  maxLargeFileMib: required({
    env: 'ASSAY_MAX_LARGE_FILE_MIB',
    sentence: 'Largest file kept through LFS.',
    reader: integer(1, 100_000_000),
    fallback: 51_200,
    unit: 'MiB',
  }),
  lfsPartMib: required({
    env: 'ASSAY_LFS_PART_MIB',
    sentence: 'LFS objects larger than this go in parts of this size, where the client can.',
    reader: integer(1, 5_000),
    fallback: 64,
    unit: 'MiB',
  }),
  maxEvidenceMib: required({
    env: 'ASSAY_MAX_EVIDENCE_MIB',
    sentence: 'Largest log accepted as evidence.',
    reader: integer(1, 100_000_000),
    fallback: 2_048,
    unit: 'MiB',
  }),
  jobsAtOnce: required({
    env: 'ASSAY_JOBS_AT_ONCE',
    sentence: 'Jobs of a kind (evaluations, commands) that one worker does side by side.',
    reader: integer(1, 1_000),
    fallback: 2,
    unit: 'jobs',
  }),
  jobsPerUser: required({
    env: 'ASSAY_JOBS_PER_USER',
    sentence: 'Unfinished jobs that one user may have, waiting ones included. Administrators have no limit.',
    reader: integer(0, 100_000),
    fallback: 20,
    unit: 'jobs',
  }),
  jobsInHub: required({
    env: 'ASSAY_JOBS_IN_HUB',
    sentence: "Do jobs in the hub's own process group. Without it, jobs wait for an assay worker.",
    reader: yesOrNo,
    fallback: true,
  }),
  jobsMaxCostUsd: optional({
    env: 'ASSAY_JOBS_MAX_COST_USD',
    sentence:
      'What one evaluation may cost at most, by the prices of its endpoint; a job may name less. Endpoints without a price are not counted.',
    reader: integer(0, 1_000_000),
    unit: 'US dollars',
  }),
  jobsSandbox: required({
    env: 'ASSAY_JOBS_SANDBOX',
    sentence:
      'What commands of users run in: auto (docker or podman where one answers, else bubblewrap, else such jobs are refused), one of these by name, or off (refuse them).',
    reader: oneOf('auto', 'docker', 'podman', 'bubblewrap', 'off'),
    fallback: 'auto',
  }),
  jobsImages: optional({
    env: 'ASSAY_JOBS_IMAGES',
    sentence:
      'JSON file that maps image names to folders of this machine, for bubblewrap: {"python:3.12": {"paths": ["/opt/python312"], "path": ["/opt/python312/bin"]}}. Other images are refused.',
    reader: text,
  }),
  jobsAllowedHosts: required({
    env: 'ASSAY_JOBS_ALLOWED_HOSTS',
    sentence: 'Hosts that commands of users may reach beside the hub, each with its port, parted by commas.',
    reader: hostList,
    fallback: [],
  }),
  jobsMemoryMib: required({
    env: 'ASSAY_JOBS_MEMORY_MIB',
    sentence: 'Memory that one command may use, files it writes included.',
    reader: integer(32, 10_000_000),
    fallback: 2_048,
    unit: 'MiB',
  }),
  jobsDiskMib: required({
    env: 'ASSAY_JOBS_DISK_MIB',
    sentence: 'Size of the folder a command works in; it lies in memory.',
    reader: integer(1, 10_000_000),
    fallback: 1_024,
    unit: 'MiB',
  }),
  jobsProcesses: required({
    env: 'ASSAY_JOBS_PROCESSES',
    sentence: 'Processes and threads that one command may have at once.',
    reader: integer(8, 100_000),
    fallback: 256,
  }),
  jobsCpuSeconds: required({
    env: 'ASSAY_JOBS_CPU_SECONDS',
    sentence: 'Processor time that one process of a command may use.',
    reader: integer(1, 10_000_000),
    fallback: 3_600,
    unit: 'seconds',
  }),
  jobsUid: required({
    env: 'ASSAY_JOBS_UID',
    sentence:
      'When the worker runs as root: first of the user ids under which commands run; each job that runs takes one of its own.',
    reader: integer(1_000, 4_294_000_000),
    fallback: 460_000,
  }),
  secretsKey: optional({
    env: 'ASSAY_SECRETS_KEY',
    sentence:
      'Key that seals the secrets of jobs and the keys of endpoints (64 hexadecimal digits), the same for all processes of one database. Without it, DATA/secrets.key is made.',
    reader: key256,
    secret: true,
  }),
  inspectPackage: optional({
    env: 'ASSAY_INSPECT_PACKAGE',
    sentence:
      "Folder inspect_ai of an installed Inspect: evaluations of jobs ask with its prompt texts. Without it, with Assay's own.",
    reader: text,
  }),
  hubUrl: optional({
    env: 'ASSAY_HUB_URL',
    sentence: 'Address of the hub for an assay worker on another machine; the public address when left out.',
    reader: origin,
  }),
  witnesses: required({
    env: 'ASSAY_WITNESSES',
    sentence:
      "Witnesses that are asked to cosign the log's checkpoints, each NAME+HASH+KEY@https://address, parted by commas. assay witness runs one.",
    reader: witnessList,
    fallback: [],
  }),
  statementKeyFile: optional({
    env: 'ASSAY_STATEMENT_KEY_FILE',
    sentence:
      'Ed25519 private key (PKCS#8, PEM) that signs statements and tokens, instead of one kept in the database.',
    reader: text,
  }),
  statementKeyCommand: optional({
    env: 'ASSAY_STATEMENT_KEY_COMMAND',
    sentence:
      'Program that signs statements and tokens with an Ed25519 key of its own, as a key service does: "PROGRAM public" prints the public key, "PROGRAM sign" reads a message and prints its signature, all in base64.',
    reader: text,
  }),
};

export type ConfigKeys = typeof configKeys;
