import type { SandboxOrder } from './sandbox.ts';

/**
 * The arguments of `docker run` (podman takes the same): no network, no capability, a root that cannot be written, a
 * user who is nobody, and limits.
 */
export function toContainerArguments(order: SandboxOrder): string[] {
  const { id, limits } = order;
  const half = Math.max(1, Math.floor(limits.disk / 2));
  return [
    ...['run', '--rm', '--init', '--name', `assay-job-${id}`, '--hostname', 'job', '--network', 'none'],
    ...['--user', '65534:65534', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges', '--read-only'],
    ...['--memory', String(limits.memory), '--memory-swap', String(limits.memory)],
    ...[
      '--pids-limit',
      String(limits.processes),
      '--ulimit',
      'core=0',
      '--ulimit',
      `cpu=${limits.cpuSeconds}`,
    ],
    ...[
      '--tmpfs',
      `/work:rw,nosuid,nodev,size=${half},mode=1777`,
      '--tmpfs',
      `/tmp:rw,nosuid,nodev,size=${half}`,
    ],
    ...['--workdir', '/work', '--env', 'HOME=/work'],
    ...order.mounts.flatMap(({ source, path }) => [
      '--mount',
      `type=bind,source=${source},target=${path},readonly`,
    ]),
    ...Object.keys(order.environment).flatMap((name) => ['--env', name]),
    ...['--', order.image, ...order.command],
  ];
}
