/**
 * Splits what follows `/tree/` or `/blob/` into revision and path. The revision is one escaped segment
 * (`refs%2Fpr%2F1`), or written out when it is a pull request's or a conversion's ref.
 */
export function parseRevisionPath(rest: string): { revision: string; path: string } {
  const spelled = decodeURIComponent(rest).match(/^(refs\/(?:pr\/\d+|convert\/[^/]+))(?:\/(.*))?$/);
  if (spelled) return { revision: spelled[1] ?? '', path: trim(spelled[2] ?? '') };
  const [revision = '', ...path] = rest.split('/');
  return { revision: decodeURIComponent(revision), path: trim(path.map(decodeURIComponent).join('/')) };
}

/** The part of a page's address behind `/marker/`, still escaped as the visitor wrote it. */
export function addressAfter(url: URL, marker: string): string {
  const at = url.pathname.indexOf(`/${marker}/`);
  return at < 0 ? '' : url.pathname.slice(at + marker.length + 2);
}

function trim(path: string): string {
  return path.replace(/^\/+|\/+$/g, '');
}
