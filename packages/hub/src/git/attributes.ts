import ignore, { type Ignore } from 'ignore';

/** Whether `.gitattributes` says that a path is kept as a large file (`filter=lfs`). The last line that speaks of it wins. */
export function lfsFilter(attributes: string): (path: string) => boolean {
  const rules: { matches: Ignore; lfs: boolean }[] = [];
  for (const line of attributes.split('\n')) {
    const [pattern = '', ...words] = line.trim().split(/\s+/);
    const filter = words.findLast((word) => /^[-!]?filter(=|$)/.test(word));
    if (pattern === '' || pattern.startsWith('#') || pattern.startsWith('!') || !filter) continue;
    rules.push({ matches: ignore({ ignorecase: false }).add(pattern), lfs: filter === 'filter=lfs' });
  }
  return (path) => rules.findLast(({ matches }) => matches.ignores(path))?.lfs ?? false;
}

/** Whether `.gitignore` leaves a path out. */
export function ignoreFilter(...files: string[]): (path: string) => boolean {
  const rules = ignore({ ignorecase: false });
  for (const text of files) rules.add(text);
  return (path) => rules.ignores(path);
}
