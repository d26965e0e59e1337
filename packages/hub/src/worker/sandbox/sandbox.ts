/** What a sandboxed command may use. Bytes and seconds. */
export interface SandboxLimits {
  memory: number;
  disk: number;
  processes: number;
  cpuSeconds: number;
}

export interface SandboxOrder {
  /** Names the job on the host: cgroup, container, folder. */
  id: string;
  image: string;
  command: string[];
  environment: Record<string, string>;
  /** Folders of the host to be seen at a path, never written. */
  mounts: { source: string; path: string }[];
  limits: SandboxLimits;
  /** Origin of the hub, the one place a job may always reach. */
  hubUrl: string;
  /** `host:port` of what else it may reach. */
  allowedHosts: string[];
  /** Takes one line of output. */
  line(text: string): void;
}

export interface SandboxEnd {
  code: number | null;
  /** What ended it other than its own doing, in words. */
  how?: string;
}

export interface SandboxRun {
  ended: Promise<SandboxEnd>;
  /** Ends everything in it at once. */
  kill(): void;
}

/**
 * Runs commands of strangers so that they see no file of the host but tools and their own work folder, reach no other
 * address than those named, see no other job, and use no more than their limits.
 */
export interface Sandbox {
  name: 'bubblewrap' | 'docker' | 'podman';
  /** Images it can run; null: any that can be had. */
  images: string[] | null;
  /** What is in force here, for the log: cgroups or only limits of each process, and so on. */
  notes: string[];
  start(order: SandboxOrder): Promise<SandboxRun>;
  close(): Promise<void>;
}
