import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { EngineError } from '../engine-error.ts';
import { semanticsProfile } from '../semantics/prompts.ts';

const run = promisify(execFile);

type OtherEngineName = 'inspect' | 'lighteval';

/** Which engine of others, and where its Python is. */
export interface OtherEngine {
  name: OtherEngineName;
  /** Of its package; default: for Inspect the one whose rules are ours, for Lighteval the newest. */
  version?: string;
  /** A Python, or a virtual environment, that has the package; none: one is made with uv and kept. */
  python?: string;
}

export interface EnginePython {
  python: string;
  /** The package's name as Python writes it, and its version. */
  package: string;
  version: string;
}

/** What a managed environment holds beside the package itself. */
const parcels: Record<OtherEngineName, { package: string; wheel: string; beside: string[]; size: string }> = {
  inspect: {
    package: 'inspect_ai',
    wheel: 'inspect-ai',
    beside: ['openai', 'anthropic', 'datasets', 'huggingface_hub>=1'],
    size: 'about 500 MB',
  },
  lighteval: {
    package: 'lighteval',
    wheel: 'lighteval',
    // Lighteval 0.13 asks the Hub's client in words that its line 2 has dropped, and gives Inspect settings that it no longer takes.
    beside: ['openai<3', 'requests', 'huggingface_hub<2', 'inspect_ai==0.3.220'],
    size: 'several GB: it needs PyTorch',
  },
};

/** The version of Inspect whose rules this engine follows. */
export const sameRulesVersion = semanticsProfile.replace('inspect-', '');

/** Long enough for gigabytes over a slow line, in milliseconds. */
const INSTALL_MS = 3_600_000;

/**
 * A Python that has the engine's package: the one that was given, or a virtual environment made by uv under `folder` on
 * first use. It appears whole or not at all, also when two processes make it at once.
 * @param env of the process: uv is looked for on its PATH
 * @throws EngineError `engine-missing` with the next step
 */
export async function readyEnginePython(
  engine: OtherEngine,
  place: { folder: string; env: Record<string, string | undefined>; say(text: string): void },
): Promise<EnginePython> {
  const parcel = parcels[engine.name];
  if (engine.python !== undefined) return readGiven(engine.python, engine);
  const version = engine.version ?? (engine.name === 'inspect' ? sameRulesVersion : undefined);
  const folder = join(place.folder, `${parcel.wheel}-${version ?? 'newest'}`);
  const python = toPython(folder);
  if (!existsSync(python)) {
    place.say(`Installing ${parcel.wheel} ${version ?? ''} with uv, once (${parcel.size})\n`);
    await makeEnvironment(
      folder,
      [`${parcel.wheel}${version ? `==${version}` : ''}`, ...parcel.beside],
      place.env,
    );
  }
  return { python, package: parcel.package, version: await readVersion(python, engine) };
}

async function readGiven(given: string, engine: OtherEngine): Promise<EnginePython> {
  const isFolder = (await stat(given).catch(() => null))?.isDirectory() ?? false;
  const python = isFolder ? toPython(given) : given;
  const version = await readVersion(python, engine);
  if (engine.version === undefined || engine.version === version)
    return { python, package: parcels[engine.name].package, version };
  throw new EngineError('engine-missing', `${python} has ${engine.name} ${version}, not ${engine.version}`, {
    hint: 'name another Python with --engine-python, or none: the version is then installed with uv',
  });
}

async function readVersion(python: string, { name }: OtherEngine): Promise<string> {
  const { wheel } = parcels[name];
  const asks = `import importlib.metadata as m; print(m.version('${wheel}'))`;
  try {
    return (await run(python, ['-c', asks])).stdout.trim();
  } catch (cause) {
    throw new EngineError('engine-missing', `${python} is no Python that has the package ${wheel}`, {
      cause,
      hint: `install it there: ${python} -m pip install ${[wheel, ...parcels[name].beside].map(quoted).join(' ')}; or leave --engine-python away, and uv makes an environment`,
    });
  }
}

/** As a shell takes it: `<` and `>` mean something there. */
function quoted(requirement: string): string {
  return /[<>]/.test(requirement) ? `'${requirement}'` : requirement;
}

async function makeEnvironment(
  folder: string,
  packages: string[],
  env: Record<string, string | undefined>,
): Promise<void> {
  const uv = findUv(env);
  const fresh = `${folder}.${randomUUID()}`;
  await mkdir(join(folder, '..'), { recursive: true });
  try {
    await runUv(uv, ['venv', '--quiet', '--relocatable', '--python', '>=3.11', fresh], env);
    await runUv(uv, ['pip', 'install', '--quiet', '--python', toPython(fresh), ...packages], env);
    await rename(fresh, folder).catch((error: NodeJS.ErrnoException) => {
      // Another process was quicker: its environment is as good.
      if (!existsSync(toPython(folder))) throw error;
    });
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

function findUv(env: Record<string, string | undefined>): string {
  const folder = (env.PATH ?? '').split(delimiter).find((one) => one !== '' && existsSync(join(one, 'uv')));
  if (folder !== undefined) return join(folder, 'uv');
  throw new EngineError('engine-missing', 'uv is not on the PATH, so the engine cannot be installed', {
    hint: 'install uv (pip install uv), or name a Python that has the engine with --engine-python PATH',
  });
}

async function runUv(uv: string, args: string[], env: Record<string, string | undefined>): Promise<void> {
  try {
    await run(uv, args, { timeout: INSTALL_MS, env: env as NodeJS.ProcessEnv });
  } catch (cause) {
    const said = String((cause as { stderr?: string }).stderr || cause).trim();
    throw new EngineError('engine-missing', `the engine could not be installed: ${said.slice(-2000)}`, {
      cause,
      hint: 'uv needs Python 3.11 or newer and a package index; or name a Python with --engine-python PATH',
    });
  }
}

function toPython(folder: string): string {
  return join(folder, 'bin', 'python');
}
