import { type HubConnection, type RepoRef, readText } from '@assay/client';
import { optional } from './answers.ts';
import { toHtml } from './markdown.ts';

/** A repo's README as HTML at a revision; null when it has none (or nothing but metadata). */
export async function readCard(hub: HubConnection, repo: RepoRef, revision = 'main'): Promise<string | null> {
  const file = await optional(readText(hub, repo, 'README.md', revision));
  if (!file) return null;
  const html = toHtml(file.text, { type: repo.type, fullName: repo.name, revision });
  return html.trim() === '' ? null : html;
}
