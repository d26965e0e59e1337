import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SemanticsError } from '../semantics/error.ts';
import { createTemplateSet, type TemplateSet } from '../semantics/prompts.ts';
import { readConstant, readReturnedText } from './python-constants.ts';

/**
 * Reads the default prompt texts out of an installed `inspect_ai` package. They are not ours to ship; whoever has
 * the package has them, and a run with them asks the same questions as Inspect itself. Nothing is executed: the
 * texts are string constants of four source files.
 *
 * @param packageDir the folder `inspect_ai` in a `site-packages`, or in an unpacked wheel
 * @throws SemanticsError `templates-unreadable` when a file is missing or written in another way
 */
export async function readInspectTemplates(packageDir: string): Promise<TemplateSet> {
  const [prompt, critique, choice, model, version] = await Promise.all([
    readSource(packageDir, 'solver/_prompt.py'),
    readSource(packageDir, 'solver/_critique.py'),
    readSource(packageDir, 'solver/_multiple_choice.py'),
    readSource(packageDir, 'scorer/_model.py'),
    readVersion(packageDir),
  ]);
  return createTemplateSet('inspect', version, {
    chainOfThought: readConstant(prompt, 'DEFAULT_COT_TEMPLATE'),
    critique: readConstant(critique, 'DEFAULT_CRITIQUE_TEMPLATE'),
    critiqueCompletion: readConstant(critique, 'DEFAULT_CRITIQUE_COMPLETION_TEMPLATE'),
    singleAnswer: readConstant(choice, 'SINGLE_ANSWER_TEMPLATE'),
    singleAnswerReasoned: readConstant(choice, 'SINGLE_ANSWER_TEMPLATE_COT'),
    multipleAnswer: readConstant(choice, 'MULTIPLE_ANSWER_TEMPLATE'),
    multipleAnswerReasoned: readConstant(choice, 'MULTIPLE_ANSWER_TEMPLATE_COT'),
    gradedQa: readConstant(model, 'DEFAULT_MODEL_GRADED_QA_TEMPLATE'),
    gradedFact: readConstant(model, 'DEFAULT_MODEL_GRADED_FACT_TEMPLATE'),
    gradeInstructions: readReturnedText(model, 'default_instructions', false),
    gradeInstructionsPartial: readReturnedText(model, 'default_instructions', true),
  });
}

/**
 * Looks for an installed `inspect_ai` below the given Python prefixes (a virtual environment, `/usr/local`, …) and
 * gives its folder, or undefined. Reads folders only, runs no Python.
 */
export async function findInspectPackage(prefixes: string[]): Promise<string | undefined> {
  for (const prefix of prefixes) {
    const libraries = await readdir(join(prefix, 'lib')).catch((): string[] => []);
    for (const library of libraries.filter((name) => /^python3(\.\d+)?$/.test(name)).sort()) {
      const folder = join(prefix, 'lib', library, 'site-packages', 'inspect_ai');
      const files = await readdir(folder).catch((): string[] => []);
      if (files.includes('solver')) return folder;
    }
  }
  return undefined;
}

async function readSource(packageDir: string, file: string): Promise<string> {
  try {
    return await readFile(join(packageDir, file), 'utf8');
  } catch (cause) {
    throw new SemanticsError('templates-unreadable', `cannot read ${file} of the package at ${packageDir}`, {
      cause,
    });
  }
}

/** Installers put the version in the name of a folder beside the package. */
async function readVersion(packageDir: string): Promise<string> {
  const siblings = await readdir(dirname(packageDir)).catch((): string[] => []);
  const version = siblings.map((name) => /^inspect_ai-(.+)\.dist-info$/.exec(name)?.[1]).find(Boolean);
  if (version) return version;
  throw new SemanticsError('templates-unreadable', `there is no inspect_ai-….dist-info beside ${packageDir}`);
}
