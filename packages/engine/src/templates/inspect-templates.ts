import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { openFileSource } from '../log/byte-source.ts';
import { readDirectory, readEntry } from '../log/zip-directory.ts';
import { SemanticsError } from '../semantics/error.ts';
import { createTemplateSet, type TemplateSet } from '../semantics/prompts.ts';
import { readConstant, readReturnedText } from './python-constants.ts';

/**
 * Reads the default prompt texts out of an `inspect_ai` package. They are not ours to ship; whoever has the package has
 * them, and a run with them asks the same questions as Inspect itself. Nothing is executed: the texts are string
 * constants of four source files.
 *
 * @param place the folder `inspect_ai` in a `site-packages`, or a wheel (`inspect_ai-….whl`)
 * @throws SemanticsError `templates-unreadable` when a file is missing or written in another way
 */
export async function readInspectTemplates(place: string): Promise<TemplateSet> {
  const pack = place.endsWith('.whl') ? await openWheel(place) : await openFolder(place);
  try {
    const read = (file: string) => readSource(pack, file);
    const [prompt, critique] = [await read('solver/_prompt.py'), await read('solver/_critique.py')];
    const [choice, model] = [await read('solver/_multiple_choice.py'), await read('scorer/_model.py')];
    return createTemplateSet('inspect', pack.version, {
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
  } finally {
    await pack.close();
  }
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

interface Package {
  place: string;
  version: string;
  /** @param file inside the package */
  read(file: string): Promise<Buffer>;
  close(): Promise<void>;
}

async function readSource(pack: Package, file: string): Promise<string> {
  try {
    return (await pack.read(file)).toString('utf8');
  } catch (cause) {
    throw new SemanticsError('templates-unreadable', `cannot read ${file} of the package at ${pack.place}`, {
      cause,
    });
  }
}

/** Installers put the version in the name of a folder beside the package. */
async function openFolder(place: string): Promise<Package> {
  const siblings = await readdir(dirname(place)).catch((): string[] => []);
  const version = siblings.map((name) => /^inspect_ai-(.+)\.dist-info$/.exec(name)?.[1]).find(Boolean);
  if (version) return { place, version, read: (file) => readFile(join(place, file)), close: async () => {} };
  throw new SemanticsError('templates-unreadable', `there is no inspect_ai-….dist-info beside ${place}`);
}

/** A wheel is a zip with the package in it, and says its version in its name. */
async function openWheel(place: string): Promise<Package> {
  const version = /^inspect_ai-([^-]+)-/.exec(basename(place))?.[1];
  if (!version) throw new SemanticsError('templates-unreadable', `${place} is no wheel of inspect_ai`);
  const source = await openFileSource(place);
  const { entries } = await readDirectory(source).catch(async (cause: unknown) => {
    await source.close();
    throw new SemanticsError('templates-unreadable', `${place} is no zip`, { cause });
  });
  return {
    place,
    version,
    read: async (file) => {
      const entry = entries.get(`inspect_ai/${file}`);
      if (!entry) throw new SemanticsError('templates-unreadable', `${place} holds no ${file}`);
      return readEntry(source, entry);
    },
    close: () => source.close(),
  };
}
