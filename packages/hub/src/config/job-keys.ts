import { optional, required } from './key.ts';
import { hostList, integer, key256, oneOf, origin, text, yesOrNo } from './readers.ts';

/** What jobs may do, and what holds them. */
export const jobKeys = {
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
};
