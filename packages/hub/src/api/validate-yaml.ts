import type { WireYamlAnswer } from '@assay/spec';
import type { HubContext } from '../context.ts';
import { HubError } from '../errors.ts';
import type { HubApp } from '../http/app.ts';
import { optionalText, readJsonObject } from '../http/request-body.ts';
import { checkFrontMatter } from '../receive/front-matter.ts';

/**
 * Tells whether a README would be accepted. Anyone may ask; clients read the lists before they look at the status, so
 * even a refusal of the question has this shape.
 */
export function routes(app: HubApp, ctx: HubContext): void {
  app.post('/api/validate-yaml', async (c) => {
    const answer = await judge(c.req.raw, ctx.config.maxRequestMib);
    return c.json(answer, answer.errors.length > 0 ? 400 : 200);
  });
}

async function judge(request: Request, maxMib: number): Promise<WireYamlAnswer> {
  try {
    const content = optionalText(await readJsonObject(request, maxMib), 'content', 64 * 2 ** 20) ?? '';
    const issues = checkFrontMatter(content).map(({ severity, line, column, message, hint }) => ({
      severity,
      message: `README.md:${line}:${column} ${message}${hint && `; ${hint}`}`,
    }));
    const of = (wanted: string) =>
      issues.filter(({ severity }) => severity === wanted).map(({ message }) => ({ message }));
    return { errors: of('error'), warnings: of('warning') };
  } catch (error) {
    if (error instanceof HubError) return { errors: [{ message: error.message }], warnings: [] };
    throw error;
  }
}
