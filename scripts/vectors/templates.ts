import type { TemplateSet } from '../../packages/engine/src/semantics/prompts.ts';
import { assayTemplates } from '../../packages/engine/src/semantics/prompts.ts';
import {
  findInspectPackage,
  readInspectTemplates,
} from '../../packages/engine/src/templates/inspect-templates.ts';
import type { VectorCase } from './case-file.ts';

/** The texts the recorded prompts were made from, when an `inspect_ai` is installed. */
export class VectorTemplates {
  readonly set: TemplateSet;
  readonly #isInspect: boolean;

  constructor(set: TemplateSet, isInspect: boolean) {
    this.set = set;
    this.#isInspect = isInspect;
  }

  /** `INSPECT_PREFIX` or `VIRTUAL_ENV` may name the Python that has it. */
  static async find(): Promise<VectorTemplates> {
    const { INSPECT_PREFIX, VIRTUAL_ENV } = process.env;
    const prefixes = [INSPECT_PREFIX, VIRTUAL_ENV, '/usr/local', '/usr'].filter(
      (prefix) => prefix !== undefined,
    );
    const folder = await findInspectPackage(prefixes);
    if (!folder) return new VectorTemplates(assayTemplates, false);
    return new VectorTemplates(await readInspectTemplates(folder), true);
  }

  /** Does the case tell of texts that are not here? They are recorded as digests only. */
  lacks(test: VectorCase): boolean {
    return !this.#isInspect && JSON.stringify(test.expected).includes('"sha256"');
  }
}
