import { required } from './key.ts';
import { integer, words } from './readers.ts';

/** What goes out by itself, and how large what comes in may be. */
export const trafficKeys = {
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
};
