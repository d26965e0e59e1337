// Runs one of the project's scripts on a machine that may have nothing but some Node and npm: installs the pinned
// dependencies when they are missing or older than the lockfile, then hands over to the pinned Node 24.
// Plain JavaScript without imports from node_modules, because there may be none yet.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stampFile = join(root, 'node_modules', '.assay-setup');
const stamp = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex');
const pinnedNode = join(root, 'node_modules', 'node', 'bin', 'node');

function isSetUp() {
  return existsSync(pinnedNode) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp;
}

function run(command, args) {
  const env = { ...process.env, PATH: `${join(root, 'node_modules', '.bin')}:${process.env.PATH}` };
  const done = spawnSync(command, args, { cwd: root, stdio: 'inherit', env });
  if (done.error) throw done.error;
  return done.status ?? 1;
}

const [script, ...args] = process.argv.slice(2);
if (!script) {
  console.error('usage: node scripts/with-setup.mjs SCRIPT [ARGUMENT...]');
  process.exit(2);
}
if (!isSetUp()) {
  console.log('Installing the pinned dependencies (npm ci) ...');
  const status = run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  if (status !== 0) {
    console.error(
      'npm ci failed; its message is above. Check the network to your npm registry, then run this again.',
    );
    process.exit(status);
  }
  writeFileSync(stampFile, stamp);
}
process.exit(run(pinnedNode, [join(root, script), ...args]));
