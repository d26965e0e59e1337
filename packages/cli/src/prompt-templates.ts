import { existsSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import type { TemplateSet } from '@assay/engine';
import { CliError } from './cli-error.ts';
import type { Environment } from './environment.ts';

/**
 * The prompt texts of a run: Inspect's where its package is installed, so that the same questions are asked, else
 * Assay's own. The log names which.
 * @param asked `assay`, `inspect`, a folder `inspect_ai`, a wheel of it, or nothing: what is found
 */
export async function findTemplates(asked: string | undefined, env: Environment): Promise<TemplateSet> {
  const { assayTemplates, findInspectPackage, readInspectTemplates } = await import('@assay/engine');
  if (asked === 'assay') return assayTemplates;
  if (asked && asked !== 'inspect') return readInspectTemplates(asked);
  const found = await findInspectPackage(pythonPrefixes(env));
  if (found) return readInspectTemplates(found);
  if (!asked) return assayTemplates;
  throw new CliError('templates-missing', 'no installed inspect_ai was found', {
    hint: 'activate the environment that has it, or give --templates FOLDER or --templates WHEEL',
  });
}

/** Where Pythons keep their packages: the active environment first, then those on the PATH. */
function pythonPrefixes(env: Environment): string[] {
  const active = [env.VIRTUAL_ENV, env.CONDA_PREFIX].filter((prefix) => prefix !== undefined);
  const onPath = (env.PATH ?? '').split(delimiter).filter((folder) => existsSync(join(folder, 'python3')));
  // A link on the PATH leads to the installation; a virtual environment is where its link lies.
  const real = onPath.map((folder) => dirname(realpathSync(join(folder, 'python3'))));
  return [...new Set([...active, ...[...onPath, ...real].map((folder) => dirname(folder))])];
}
