import type { VectorCase } from './case-file.ts';
import type { VectorTemplates } from './templates.ts';

export async function runEndToEndCase(_test: VectorCase, _templates: VectorTemplates): Promise<string[]> {
  return ['not run yet'];
}
