import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What the image has, from this machine: no registry is asked. */
const tools =
  'sh cat ls dd stat touch ln rm echo sleep id grep tr mkdir setsid unshare mount chroot kill env true'
    .split(' ')
    .concat('python3');

/**
 * Makes an image of this machine's own tools, Python with its library among them.
 * @returns null when it is there, else the line that says why not
 */
export async function makeImage(engine: 'docker' | 'podman', image: string): Promise<string | null> {
  const root = await mkdtemp(join(tmpdir(), 'assay-image-'));
  try {
    await fill(join(root, 'files'));
    const archive = join(root, 'image.tar');
    await run('tar', ['-C', join(root, 'files'), '-cf', archive, '.']);
    await run(engine, ['import', archive, image], { timeout: 120_000 });
    return null;
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string };
    return `${engine} has no image for this: ${(stderr || message).trim().split('\n').at(-1)}`;
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

async function fill(root: string): Promise<void> {
  for (const folder of [
    'usr/bin',
    'usr/lib',
    'usr/lib64',
    'etc',
    'proc',
    'sys',
    'dev',
    'tmp',
    'work',
    'data',
  ])
    await mkdir(join(root, folder), { recursive: true });
  for (const name of ['bin', 'lib', 'lib64']) await symlink(`usr/${name}`, join(root, name));
  await writeFile(join(root, 'etc/passwd'), 'root:x:0:0::/:/bin/sh\n');
  for (const tool of tools) {
    const file = await realpath(`/usr/bin/${tool}`).catch(() => realpath(`/usr/sbin/${tool}`));
    await copy(root, file, `/usr/bin/${tool}`);
    const { stdout } = await run('ldd', [file]).catch(() => ({ stdout: '' }));
    for (const [library] of stdout.matchAll(/\/\S+\.so\S*/g))
      await copy(root, await realpath(library), library);
  }
  const code = 'import sysconfig; print(sysconfig.get_path("stdlib"))';
  const library = (await run('/usr/bin/python3', ['-c', code])).stdout.trim();
  await cp(library, join(root, library), {
    recursive: true,
    filter: (path) => !/\/(site-packages|dist-packages|test|idlelib|ensurepip|config-[^/]*)$/.test(path),
  });
}

async function copy(root: string, from: string, to: string): Promise<void> {
  // `/lib` is a link into `/usr` in the image.
  const place = join(root, to.replace(/^\/(lib|lib64|bin)\//, '/usr/$1/'));
  await mkdir(dirname(place), { recursive: true });
  await cp(from, place);
}
