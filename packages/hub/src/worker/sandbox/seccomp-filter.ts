import { arch } from 'node:process';

/** Numbers of system calls that no job needs and that have opened kernels before. Source: Linux, arch/…/syscalls. */
const refused: Record<string, { audit: number; calls: number[] }> = {
  x64: {
    audit: 0xc000003e,
    // ptrace, syslog, uselib, personality, _sysctl, acct, swapon, swapoff, reboot, modules, quotactl, nfsservctl,
    // lookup_dcookie, kexec_load, keys, perf_event_open, fanotify_init, name_to_handle_at, open_by_handle_at,
    // process_vm_readv/writev, kcmp, finit_module, kexec_file_load, bpf, userfaultfd, pkey and io_uring, mount API
    calls: [
      101, 103, 134, 135, 156, 163, 165, 166, 167, 168, 169, 174, 175, 176, 177, 178, 179, 180, 212, 246, 248,
      249, 250, 298, 300, 303, 304, 310, 311, 312, 313, 320, 321, 323, 425, 426, 427, 428, 429, 430, 431, 432,
      433, 442,
    ],
  },
  arm64: {
    audit: 0xc00000b7,
    calls: [
      39, 40, 60, 89, 92, 104, 105, 106, 116, 117, 142, 217, 218, 219, 224, 225, 241, 262, 264, 265, 270, 271,
      272, 273, 280, 282, 294, 425, 426, 427, 428, 429, 430, 431, 432, 433, 442,
    ],
  },
};

const load = 0x20; // BPF_LD | BPF_W | BPF_ABS
const jumpEqual = 0x15; // BPF_JMP | BPF_JEQ | BPF_K
const jumpAtLeast = 0x35; // BPF_JMP | BPF_JGE | BPF_K
const answer = 0x06; // BPF_RET | BPF_K
const allow = 0x7fff0000;
const refuseWithEperm = 0x00050001;
const killProcess = 0x80000000;

/**
 * A classic BPF program for seccomp: calls of another architecture end the process, the listed ones answer EPERM, all
 * others go on. Null for processors it does not know.
 */
export function createSeccompFilter(processor: string = arch): Buffer | null {
  const known = refused[processor];
  if (!known) return null;
  const { audit, calls } = known;
  const program: [code: number, yes: number, no: number, k: number][] = [
    [load, 0, 0, 4], // struct seccomp_data: arch
    [jumpEqual, 1, 0, audit],
    [answer, 0, 0, killProcess],
    [load, 0, 0, 0], // nr
    // The numbers of x32 are those of x64 with a bit set: a way around any list.
    [jumpAtLeast, 0, 1, 0x40000000],
    [answer, 0, 0, refuseWithEperm],
    ...calls.map((nr, at): [number, number, number, number] => [jumpEqual, calls.length - at, 0, nr]),
    [answer, 0, 0, allow],
    [answer, 0, 0, refuseWithEperm],
  ];
  const bytes = Buffer.alloc(program.length * 8);
  program.forEach(([code, yes, no, k], at) => {
    bytes.writeUInt16LE(code, at * 8);
    bytes.writeUInt8(yes, at * 8 + 2);
    bytes.writeUInt8(no, at * 8 + 3);
    bytes.writeUInt32LE(k, at * 8 + 4);
  });
  return bytes;
}
