import type { Columns, Shape } from './lm-eval-columns.ts';

/** Random numbers in [0, 1), the same for the same seed (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function pickSome<Item>(items: readonly Item[], count: number, random: () => number): Item[] {
  const left = [...items];
  return Array.from({ length: Math.min(count, left.length) }, () => {
    const at = Math.floor(random() * left.length);
    return left.splice(at, 1)[0]!;
  });
}

/** Pieces of text that go wrong easily: quotes, braces, spaces at the ends, other scripts, characters beyond 16 bits. */
const pieces = [
  'the river',
  " it's late ",
  'she said "no"',
  'Größe und Maß',
  '水は低きに流れる',
  '𝔘nicode 🧮',
  'a {brace} and a {{pair}}',
  'tab\there',
  'two\nlines',
  'back\\slash \\n',
  '3.50 $ & 100 %',
  'مرحبا بالعالم',
  'x < y > z',
  "l'été, d'accord",
  'trailing space ',
  '\u00a0no-break\u00a0',
  '[not a list]',
  '#### 42',
];

/** Rows that hold what the columns need. The first column of text is different in every row. */
export function makeRows(columns: Columns, count: number, random: () => number): Record<string, unknown>[] {
  return Array.from({ length: count }, (_none, at) => {
    const row: Record<string, unknown> = { row_number: at };
    for (const [name, shape] of columns) row[name] = toValue(shape, random, `${name} ${at}`);
    return row;
  });
}

function toValue(shape: Shape, random: () => number, label: string): unknown {
  if (shape.nullable && random() < 0.3) return null;
  switch (shape.kind) {
    case 'list': {
      if (shape.item?.values) return pickSome(shape.item.values, shape.item.values.length, random);
      const length = Math.max(shape.length, 3);
      const item = shape.item ?? { ...shape, kind: 'text', nullable: false };
      return Array.from({ length }, (_none, at) => toValue(item, random, `${label}.${at}`));
    }
    case 'map':
      return Object.fromEntries(
        Array.from(shape.fields, ([name, field]) => [name, toValue(field, random, `${label}.${name}`)]),
      );
    case 'number':
      return pickSome(shape.values ?? [0, 1], 1, random)[0];
    default:
      if (shape.values) return pickSome(shape.values, 1, random)[0];
      return `${pickSome(pieces, 2, random).join(' ')} (${label}) ${pickSome(pieces, 1, random)[0]}`;
  }
}
