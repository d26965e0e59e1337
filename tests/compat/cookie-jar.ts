export interface CookieJar {
  /** As `fetch` with the site's cookies and without following; a form is posted as its pages would. */
  visit(url: string, form?: Record<string, string>): Promise<Response>;
}

/** As much of a browser as a sign-in needs: one site's cookies, and forms that say where they come from. */
export function createCookieJar(origin: string): CookieJar {
  const cookies = new Map<string, string>();
  return {
    async visit(url, form) {
      const cookie = [...cookies].map((pair) => pair.join('=')).join('; ');
      const headers: Record<string, string> = { cookie, accept: 'text/html' };
      if (form) headers.origin = origin;
      const body = form && new URLSearchParams(form);
      const method = form ? 'POST' : 'GET';
      const answer = await fetch(new URL(url, origin), { method, headers, body, redirect: 'manual' });
      for (const line of answer.headers.getSetCookie()) {
        const [pair = ''] = line.split(';');
        cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
      }
      return answer;
    },
  };
}
