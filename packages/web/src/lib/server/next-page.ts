/** Where a login leads to: a page of this hub, never another site. */
export function toNextPage(asked: string | null): string {
  if (!asked || !URL.canParse(asked, 'http://here')) return '/';
  const target = new URL(asked, 'http://here');
  if (target.origin !== 'http://here' || target.pathname.startsWith('//')) return '/';
  // Back to the forms themselves would be a circle.
  if (['/login', '/logout', '/setup'].includes(target.pathname)) return '/';
  return target.pathname + target.search;
}
