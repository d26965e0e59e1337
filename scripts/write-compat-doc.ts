// Writes docs/compat.md from the list of requirements and the tests that cite them.
// With --check it writes nothing. Exits 1 for a requirement that no test cites, for a citation of what is not listed and,
// with --check, for a document that is not what it would write.
import { readFile, writeFile } from 'node:fs/promises';
import { allRequirements } from '../tests/compat/requirements/all-requirements.ts';
import { findCitations } from './compat/citations.ts';
import { compatFaults, toCompatDoc } from './compat/to-compat-doc.ts';

const doc = new URL('../docs/compat.md', import.meta.url);
const citations = findCitations();
const faults = compatFaults(allRequirements, citations);
const text = toCompatDoc(allRequirements, citations);
if ((await readFile(doc, 'utf8').catch(() => '')) !== text) {
  if (process.argv.includes('--check'))
    faults.push('docs/compat.md is not up to date: run node scripts/write-compat-doc.ts');
  else {
    await writeFile(doc, text);
    console.log('wrote docs/compat.md');
  }
}
for (const fault of faults) console.error(fault);
process.exitCode = faults.length > 0 ? 1 : 0;
