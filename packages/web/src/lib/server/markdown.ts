import type { RepoType } from '@assay/spec';
import MarkdownIt from 'markdown-it';
import { fileAddress, isWebLink, rawAddress } from '#lib/addresses.ts';

/** Where a text stands: its relative links and images mean files of that repo at that revision. */
export interface Place {
  type: RepoType;
  fullName: string;
  revision: string;
}

/**
 * Renders text written by strangers. HTML in it stays text; links carry no rank and no referrer; pictures come
 * from this hub or not at all (a picture elsewhere would tell its host who reads), the others become links.
 */
export function toHtml(markdown: string, place?: Place): string {
  return RENDERER.render(withoutFrontMatter(markdown), { place });
}

/** A card's text without its metadata block. */
export function withoutFrontMatter(markdown: string): string {
  return markdown.replace(/^\uFEFF?---\r?\n[\s\S]*?\r?\n---[ \t]*(\r?\n|$)/, '');
}

const RENDERER = new MarkdownIt({ html: false, linkify: true });
const { rules, renderToken } = RENDERER.renderer;
const { escapeHtml } = RENDERER.utils;

rules.link_open = (tokens, i, options, env) => {
  const token = tokens[i]!;
  const href = withScheme(String(token.attrGet('href') ?? ''));
  token.attrSet('href', toTarget(href, placeOf(env), blobAddress));
  if (isWebLink(href)) token.attrSet('rel', 'nofollow noopener ugc');
  return renderToken.call(RENDERER.renderer, tokens, i, options);
};

rules.image = (tokens, i, _options, env) => {
  const token = tokens[i]!;
  const source = withScheme(String(token.attrGet('src') ?? ''));
  const words = escapeHtml(String(token.content || 'picture'));
  if (isWebLink(source))
    return `<a href="${escapeHtml(source)}" rel="nofollow noopener ugc">[picture elsewhere: ${words}]</a>`;
  return `<img src="${escapeHtml(toTarget(source, placeOf(env), rawAddress))}" alt="${words}" loading="lazy">`;
};

// The page has its own first heading: a text's headings begin one level below it.
rules.heading_open = rules.heading_close = (tokens, i, options) => {
  const token = tokens[i]!;
  token.tag = `h${Math.min(6, Number(token.tag.slice(1)) + 1)}`;
  return renderToken.call(RENDERER.renderer, tokens, i, options);
};

function placeOf(env: object | undefined): Place | undefined {
  return (env as { place?: Place } | undefined)?.place;
}

type ToAddress = (type: RepoType, fullName: string, revision: string, path: string) => string;

const blobAddress: ToAddress = (type, fullName, revision, path) =>
  fileAddress(type, fullName, 'blob', revision, path);

/** `//host/path` looks like a path of this hub and is another site. */
function withScheme(link: string): string {
  return link.startsWith('//') ? `https:${link}` : link;
}

/** A relative link as the address of a file in the repo; absolute links and anchors stay what they are. */
function toTarget(link: string, place: Place | undefined, toAddress: ToAddress): string {
  if (!place || link.startsWith('#') || link.startsWith('/') || /^[a-z][a-z0-9+.-]*:/i.test(link))
    return link;
  const relative = URL.parse(link, 'file:///');
  const path = relative && toPath(relative.pathname.slice(1));
  return path ? toAddress(place.type, place.fullName, place.revision, path) + relative.hash : link;
}

/** Null for escapes that are no UTF-8: what a stranger writes must not break the page. */
function toPath(escaped: string): string | null {
  try {
    return decodeURIComponent(escaped);
  } catch {
    return null;
  }
}
