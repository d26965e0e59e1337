import { undecidable } from './failure.ts';

/**
 * Words that count as units and are dropped behind a number: lengths, times, masses and what word problems are
 * about. Single letters are among them, so `2c` is 2 (as in the parser that Inspect uses).
 */
const units =
  `integer point|feet|digit|pound|meal|edge|student|multiple|east|west|degree|deg|mph|kmph|kmh|ft|mile|
  monkey|prime|ratio|gm|lb|tile|per|dm|lt|gain|way|t|h|o|men|soldier|inches|inch|noon|cent|by|gal|gallon|c|acre|rise|th|
  sq|mark|l|toy|coin|profit|yr|year|women|woman|man|am|pm|hr|hour|square|are|rupee|rounds|cubic|cc|s|ohm|number|day|
  minute|min|second|sec|cube|hectare|more|less|unit|rs|kg|g|month|km|m|cm|mm|apple|liter|litre|loss|yard|pure|
  increase|decrease|d|metre|meter|st|bc|ab|rd|pie|excess`
    .replaceAll(/\s+/g, '')
    .replace('integerpoint', 'integer point')
    .split('|')
    .join('|');
const trailingUnit = new RegExp(`([\\d}\\s])\\s*(?:${units})(?:es|s)?\\s*$`);
const trailingText = /\\(?:text|mbox)\{.*?\}(?:\^\d|\{\^\d\})?$/;

const rewrites: [pattern: RegExp, replacement: string][] = [
  [/\\(?:left|right|Bigl|Bigr|bigl|bigr|Big|big|Large|large)(?![A-Za-z])/g, ''],
  [/\\!\s*|\\text\s*\{\s*\}|\\\$|\$|(?<!\\)["']|\\displaystyle/g, ''],
  [/\\math(?:rm|it|bf)/g, '\\text'],
  [/\\text(?:normal|bf|it|rm)/g, '\\text'],
  [/\\[dtc]frac/g, '\\frac'],
  [/\\[dt]binom/g, '\\binom'],
  [/\s\./g, ' 0.'],
  [/\{\./g, '{0.'],
  [/\s*\{\s*,\s*\}/g, ','],
  [/,?\s*\\text\{\s*(?:and|or)\s*\}/g, ','],
  [/(?<![a-zA-Z])(?:,?\s*(?:and|or))(?![a-zA-Z])/g, ','],
  [/(?<!\\)\\\s/g, ' '],
  [/,?\\ldots/g, ' '],
  [/infinity/g, '\\infty'],
  [/(?<!\\)inf(?!inity|ty)/g, '\\infty'],
  [/(?<!\\)sqrt\s?\((.*?)\)/g, '\\sqrt{$1}'],
  [/\\frac\s?(\d)\s?(\d+)/g, '\\frac{$1}{$2}'],
  [/\\frac\s?\{([^{}]*)\}\s?(\d)/g, '\\frac{$1}{$2}'],
  [/\\frac\s?(\d)\s?\{/g, '\\frac{$1}{'],
  [/\\sqrt\s?(\d)/g, '\\sqrt{$1}'],
  [/\\log_\s?(\d)\s?(\d+)/g, '\\log_{$1}{$2}'],
];

/** Brings the many spellings of one formula together, and drops units behind it. */
export function normalizeLatex(candidate: string): string {
  let text = candidate;
  for (const [pattern, replacement] of rewrites) text = text.replace(pattern, replacement);
  text = withoutUnits(text.trim());
  if (/^\s*-?\d{1,3}(?:\\,\d{3})+(?:\.\d+)?\s*$/.test(text)) text = text.replaceAll('\\,', ',');
  if (/^\s*-?\d{1,3}(?:,\d{3})+(?:\.\d+)?\s*$/.test(text)) text = text.replaceAll(',', '');
  if (/\\%|%/.test(text)) throw undecidable('a percentage inside an expression');
  return text;
}

/** A text that is all there is stays: it is the answer. */
function withoutUnits(text: string): string {
  const bare = trailingText.exec(text);
  const kept = bare && bare.index > 0 ? text.slice(0, bare.index).trimEnd() : text;
  return kept.replace(trailingUnit, '$1').trim();
}
