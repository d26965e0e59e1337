import { HubError } from '../../errors.ts';
import type { SandboxOrder } from './sandbox.ts';

/**
 * Counted by user over the whole machine, so it only has to be one that engines may set where they are not all-powerful;
 * what holds a job is `--pids-limit`.
 */
const sharedProcesses = 4096;

/**
 * The arguments of `docker run` (podman takes the same): no network, no capability, a root that cannot be written, a
 * user who is nobody, and limits. Only images that are on the machine: a name alone makes it fetch from nowhere.
 * @param environmentFile holds the variables, see {@link toEnvironmentFile}
 */
export function toContainerArguments(
  engine: 'docker' | 'podman',
  order: SandboxOrder,
  environmentFile: string,
): string[] {
  const { id, limits } = order;
  const half = Math.max(1, Math.floor(limits.disk / 2));
  return [
    ...[
      'run',
      '--rm',
      '--init',
      '--pull',
      'never',
      '--name',
      `assay-job-${id}`,
      '--hostname',
      'job',
      '--network',
      'none',
    ],
    ...['--user', '65534:65534', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges', '--read-only'],
    ...['--memory', String(limits.memory), '--memory-swap', String(limits.memory)],
    ...[
      '--pids-limit',
      String(limits.processes),
      '--ulimit',
      'core=0',
      '--ulimit',
      'nofile=4096:4096',
      '--ulimit',
      `nproc=${sharedProcesses}:${sharedProcesses}`,
      '--shm-size',
      String(half),
      '--ulimit',
      `cpu=${limits.cpuSeconds}`,
    ],
    ...['/work', '/tmp'].flatMap((path) => memoryFolder(engine, path, half)),
    ...['--workdir', '/work', '--env', 'HOME=/work'],
    ...order.mounts.flatMap(({ source, path }) => [
      '--mount',
      `type=bind,source=${source},target=${path},readonly`,
    ]),
    ...['--env-file', environmentFile],
    ...['--', order.image, ...order.command],
  ];
}

/** Where the image has the folder, podman keeps its owner and mode: it is given to the job's user. @param size bytes */
function memoryFolder(engine: 'docker' | 'podman', path: string, size: number): string[] {
  return engine === 'docker'
    ? ['--tmpfs', `${path}:rw,nosuid,nodev,size=${size},mode=1777`]
    : ['--mount', `type=tmpfs,destination=${path},tmpfs-size=${size},tmpfs-mode=1777,U=true`];
}

/**
 * Variables as docker and podman read them from a file. In arguments every user of the machine would see them, and in
 * the client's own environment they would change what the client does (`DOCKER_HOST`, `LD_PRELOAD`).
 * @throws HubError `invalid-input` for a value of several lines, which such a file cannot hold
 */
export function toEnvironmentFile(environment: Record<string, string>): string {
  const lines = Object.entries(environment).map(([name, value]) => {
    if (/[\r\n]/.test(value))
      throw new HubError('invalid-input', `the variable ${name} has several lines; a container takes one`);
    return `${name}=${value}\n`;
  });
  return lines.join('');
}
