// Every path that a document names in backticks must exist: an architecture that points nowhere is worse than none.
import { existsSync, globSync, readFileSync } from 'node:fs';

const documents = ['README.md', 'ARCHITECTURE.md', ...globSync('docs/**/*.md')].filter((file) =>
  existsSync(file),
);
const pathInBackticks = /`((?:packages|docs|tests|bench|examples|scripts|\.ci)\/[\w./-]+)`/g;

const missing = documents.flatMap((document) =>
  [...readFileSync(document, 'utf8').matchAll(pathInBackticks)]
    .map(([, path = '']) => path)
    .filter((path) => !existsSync(path))
    .map((path) => `${document}: ${path} does not exist`),
);

for (const line of missing) console.error(line);
process.exitCode = missing.length > 0 ? 1 : 0;
