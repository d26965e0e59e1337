// The static checks, all of them, each reported once: types, lint and format, who imports whom, unused code.
import { spawnSync } from 'node:child_process';

export interface CheckResult {
  name: string;
  ok: boolean;
  seconds: number;
}

const checks: { name: string; command: string; args: string[]; cwd?: string }[] = [
  { name: 'types', command: 'tsc', args: ['-p', 'tsconfig.json'] },
  {
    name: 'lint and format',
    command: 'biome',
    args: ['check', '--error-on-warnings', '--max-diagnostics=50', '.'],
  },
  {
    name: 'who imports whom',
    command: 'depcruise',
    args: [
      '--config',
      '.dependency-cruiser.cjs',
      '--output-type',
      'err',
      'packages',
      'tests',
      'scripts',
      'bench',
      'examples',
    ],
  },
  // Before the check for unused code: it writes the types of the routes, which that check follows.
  { name: 'pages', command: 'npm', args: ['run', '--silent', 'check', '-w', '@assay/web'] },
  { name: 'unused code', command: 'knip', args: ['--no-progress'] },
  { name: 'generated documents', command: 'node', args: ['scripts/write-operate-doc.ts', '--check'] },
  { name: 'compatibility', command: 'node', args: ['scripts/write-compat-doc.ts', '--check'] },
  { name: 'paths in documents', command: 'node', args: ['scripts/check-paths.ts'] },
];

export function runChecks(): CheckResult[] {
  return checks.map(({ name, command, args }) => {
    const started = performance.now();
    const done = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 64 << 20 });
    const ok = done.status === 0;
    const seconds = (performance.now() - started) / 1000;
    console.log(`${ok ? 'ok  ' : 'FAIL'} ${name} (${seconds.toFixed(1)} s)`);
    if (!ok) console.log(`${done.stdout ?? ''}${done.stderr ?? ''}${done.error ?? ''}`);
    return { name, ok, seconds };
  });
}

if (import.meta.main) {
  process.exitCode = runChecks().every((check) => check.ok) ? 0 : 1;
}
