import { type HubConnection, type RepoRef, resolveFile } from '@assay/client';
import { required } from './answers.ts';
import { toHtml } from './markdown.ts';

/** A file as its page shows it; bytes past the limit are not fetched. */
export type FileView =
  | { kind: 'text'; text: string; lines: number; size: number; commit: string }
  | { kind: 'markdown'; html: string; text: string; lines: number; size: number; commit: string }
  | { kind: 'image' | 'binary' | 'large'; size: number; commit: string };

/** Bytes of text that a page still draws quickly. */
const MOST = 512 * 1024;
const IMAGES = /\.(png|jpe?g|gif|webp|avif)$/i;

export async function readFileView(
  hub: HubConnection,
  repo: RepoRef,
  revision: string,
  path: string,
): Promise<FileView> {
  const range = { start: 0, end: MOST - 1 };
  const file = await required(
    resolveFile(hub, repo, path, { revision, range }).catch(() => resolveFile(hub, repo, path, { revision })),
  );
  const facts = { size: file.size ?? 0, commit: file.commit };
  if (IMAGES.test(path) || facts.size > MOST) {
    await file.stream.cancel();
    return { kind: IMAGES.test(path) ? 'image' : 'large', ...facts };
  }
  const bytes = new Uint8Array(await new Response(file.stream).arrayBuffer());
  const text = toText(bytes);
  if (text === null) return { kind: 'binary', ...facts };
  const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
  if (!/\.(md|markdown)$/i.test(path)) return { kind: 'text', text, lines, ...facts };
  const place = { type: repo.type, fullName: repo.name, revision };
  return { kind: 'markdown', html: toHtml(text, place), text, lines, ...facts };
}

/** The bytes as text; null when they are not text. */
function toText(bytes: Uint8Array): string | null {
  if (bytes.includes(0)) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
