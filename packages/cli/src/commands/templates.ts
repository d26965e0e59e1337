import { Command } from 'commander';
import { findTemplates } from '../prompt-templates.ts';
import type { Surroundings } from '../surroundings.ts';

const EXAMPLES = `
Examples:
  $ assay templates
  $ assay templates --templates inspect_ai-0.3.285-py3-none-any.whl
  $ assay templates --json | jq -r .texts.chainOfThought

Runs with different texts are different setups: every log names the version and digest of its own.
`;

/** `assay templates`: which prompt texts a run here would use. */
export function createTemplatesCommand(surroundings: Surroundings): Command {
  return new Command('templates')
    .description('Say which prompt texts runs use here: those of an installed Inspect, or our own.')
    .option('--templates <source>', 'assay, inspect, a folder inspect_ai or its wheel (ASSAY_TEMPLATES)')
    .option('--json', 'with the texts themselves')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: { templates?: string; json?: boolean }) => {
      const asked = flags.templates ?? (surroundings.env.ASSAY_TEMPLATES || undefined);
      const { name, version, digest, texts } = await findTemplates(asked, surroundings.env);
      surroundings.write(
        flags.json
          ? `${JSON.stringify({ name, version, digest, texts }, null, 2)}\n`
          : `${name} ${version} sha256:${digest}\n`,
      );
    });
}
