import type { HostImage } from './images.ts';
import type { SandboxOrder } from './sandbox.ts';

/** Port inside a sandbox at which the way out begins. */
export const doorPort = 3128;
/** Numbers of file descriptors that bubblewrap is given: its arguments, news of its child, leave to begin, the filter. */
export const descriptors = { args: 3, info: 4, begin: 5, seccomp: 6 };

/** What every image has from the system, where it is there. */
export const systemFolders = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'];
const systemFiles = [
  '/etc/ld.so.cache',
  '/etc/ld.so.conf',
  '/etc/ld.so.conf.d',
  '/etc/alternatives',
  '/etc/ssl/certs',
  '/etc/ssl/openssl.cnf',
  '/etc/ca-certificates',
  '/etc/localtime',
  '/etc/mime.types',
];

/** A folder of the system, or the link that it is on most systems today (`/bin` to `usr/bin`). */
export interface SystemFolder {
  path: string;
  link?: string;
}

/**
 * The arguments of `bwrap`, up to the command; they hold secrets, so they go through a pipe. Everything is unshared; the new root is in memory and is made read-only at
 * the end, so that only the work folder and /tmp can be written, each of a fixed size.
 */
export function toBubblewrapArguments(
  order: SandboxOrder,
  image: HostImage,
  system: { folders: SystemFolder[]; hasSeccomp: boolean },
): string[] {
  const half = String(Math.max(1, Math.floor(order.limits.disk / 2)));
  return [
    // A second user namespace cannot be made inside: the way to most of the kernel's doors.
    ...['--unshare-user', '--unshare-all', '--disable-userns', '--uid', '1000', '--gid', '1000'],
    ...['--new-session', '--die-with-parent', '--cap-drop', 'ALL', '--hostname', 'job', '--clearenv'],
    ...system.folders.flatMap(({ path, link }) =>
      link === undefined ? ['--ro-bind', path, path] : ['--symlink', link, path],
    ),
    ...systemFiles.flatMap((path) => ['--ro-bind-try', path, path]),
    ...['--proc', '/proc', '--dev', '/dev', '--size', String(1 << 20), '--tmpfs', '/dev/shm'],
    ...['--size', half, '--tmpfs', '/work', '--size', half, '--tmpfs', '/tmp', '--chdir', '/work'],
    // Behind the folders in memory: tools may lie below the host's /tmp.
    ...image.paths.flatMap((path) => ['--ro-bind', path, path]),
    ...order.mounts.flatMap(({ source, path }) => ['--ro-bind', source, path]),
    ...Object.entries(toEnvironment(order, image)).flatMap(([name, value]) => ['--setenv', name, value]),
    ...['--info-fd', String(descriptors.info), '--block-fd', String(descriptors.begin)],
    ...(system.hasSeccomp ? ['--seccomp', String(descriptors.seccomp)] : []),
    ...['--remount-ro', '/dev', '--remount-ro', '/'],
  ];
}

function toEnvironment(order: SandboxOrder, image: HostImage): Record<string, string> {
  const door = `http://127.0.0.1:${doorPort}`;
  const isPlain = order.hubUrl.startsWith('http:');
  return {
    PATH: [...image.path, '/usr/local/bin', '/usr/bin', '/bin'].join(':'),
    HOME: '/work',
    TMPDIR: '/tmp',
    LANG: 'C.UTF-8',
    // A hub without TLS is asked at the door itself, so that clients need no proxy for it.
    HF_ENDPOINT: isPlain ? door : order.hubUrl,
    HF_HUB_DISABLE_TELEMETRY: '1',
    http_proxy: door,
    https_proxy: door,
    HTTP_PROXY: door,
    HTTPS_PROXY: door,
    no_proxy: '127.0.0.1',
    NO_PROXY: '127.0.0.1',
    NODE_USE_ENV_PROXY: '1',
    UV_PYTHON_DOWNLOADS: 'never',
    UV_CACHE_DIR: '/work/.cache/uv',
    PYTHONUNBUFFERED: '1',
    ...order.environment,
  };
}
