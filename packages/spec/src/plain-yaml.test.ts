import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPlainYaml } from './plain-yaml.ts';
import { readByLibrary } from './yaml-text.ts';

/** Fails where the short way answers another tree than the long one. Answers whether it answered. */
function agrees(text: string): boolean {
  const plain = readPlainYaml(text);
  if (plain === null) return false;
  const { root, issues } = readByLibrary(text);
  assert.deepEqual(issues.all(), [], JSON.stringify(text));
  assert.deepEqual(plain, root, JSON.stringify(text));
  return true;
}

/** Numbers from a seed: a failure can be made again. */
function createRandom(seed: number) {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (count: number) => Math.floor(next() * count);
  return {
    below,
    chance: (share: number) => next() < share,
    of: <T>(list: readonly T[]): T => list[below(list.length)]!,
  };
}
type Random = ReturnType<typeof createRandom>;

const words =
  `a b value task_id x.y a/b http://x.y/z#w 2026-01-15 2026-01-15T10:00:00Z 12:30 0.5 20.90 -3 +7 -0 0 007 1e3 .5 5. 0x1f 0o17
  .inf .nan true True false null ~ yes no on NULL nan -.inf 1_000 12e03 12e - -- --- ... . .. @x \`x %x & * ! | > ? : # , [ ] { } {} [] ' "
  "q" 'q' "a\\nb" 'it''s' "open it's é ü→ 日本 \u00a0 \u2028 \ufeff <<: &a *a !!str k: k:v k: a: #c x#y 123456789012345678901 0.1234567890123456789
  __proto__ constructor a" "a"b 'a'b "a"# 1.5.2 1.2e 5-shot (cot) -x -5x $x =x 3,000 0.10 00.5 -0.0 -00.0 99999999999999999.5`.split(
    /\s+/,
  );
const keys = ['dataset', 'id', 'task_id', 'value', 'notes', 'a', 'b', 'x.y', '__proto__', 'null', 'true'];

function randomScalar(random: Random): string {
  if (random.chance(0.6))
    return random.of(['a/b', 'sums', '0.5', '22.10', '"2026-01-15"', "'x y'", 'two words', 'true']);
  return Array.from({ length: 1 + random.below(3) }, () => random.of(words)).join(
    random.of([' ', ' ', '', '  ']),
  );
}

function randomBlock(random: Random, indent: number, depth: number): string {
  const list = random.chance(0.4);
  const pad = ' '.repeat(indent);
  const step = random.of([2, 2, 2, 1, 3, 4]);
  let text = '';
  for (let at = 0; at <= random.below(4); at += 1) {
    if (random.chance(0.06))
      text += random.of(['\n', '  \n', '# note\n', `${pad}# note\n`, `${pad}   # deep\n`]);
    const deep = depth < 4 && random.chance(0.35);
    const key = `${random.chance(0.9) ? keys[(at * 3 + random.below(3)) % keys.length] : random.of(words)}:`;
    const comment = random.chance(0.04) ? random.of([' # c', '  #c', '#c', ' ', '  ']) : '';
    if (list && deep) {
      const block = randomBlock(random, indent + step, depth + 1);
      text += random.chance(0.8)
        ? `${pad}-${' '.repeat(step - 1)}${block.slice(indent + step)}`
        : `${pad}-\n${block}`;
    } else if (list)
      text += `${pad}- ${random.chance(0.3) ? `${key} ` : ''}${randomScalar(random)}${comment}\n`;
    else if (deep) {
      const below = random.chance(0.1) ? 0 : step;
      text += `${pad}${key}${comment}\n${randomBlock(random, indent + below, depth + 1)}`;
    } else text += `${pad}${key}${random.of([' ', ' ', ' ', '', '  '])}${randomScalar(random)}${comment}\n`;
  }
  return text;
}

/** One character more, less or other: most of them mistakes. */
function mutate(random: Random, text: string): string {
  const at = random.below(text.length);
  const put = random.of([' ', '\n', ':', '-', '#', '"', "'", '\t', '\r', 'x', '0', '.', '', '', '- ', ': ']);
  return text.slice(0, at) + put + text.slice(at + random.below(2));
}

test('random documents and broken ones read as the library reads them, or not at all', () => {
  const random = createRandom(20_260_115);
  let answered = 0;
  for (let round = 0; round < 4_000; round += 1) {
    let text = randomBlock(random, 0, 0);
    if (random.chance(0.2)) text = text.trimEnd();
    if (agrees(text)) answered += 1;
    for (let more = 0; more < 2; more += 1) agrees(mutate(random, text));
  }
  assert.ok(answered > 400, `only ${answered} were plain`);
});

test('every value of one line reads as the library reads it, or not at all', () => {
  for (const word of words)
    for (const form of [
      'a: W\n',
      '- W\n',
      'a: x W\n',
      'a: W x\n',
      'a: W',
      '- a: W\n  b: 1\n',
      'a: "W"\n',
      "a: 'W'\n",
      'W: 1\n',
      'W\n',
    ])
      agrees(form.replace('W', () => word));
});

test('the usual forms are plain', () => {
  const usual = [
    '- dataset:\n    id: cais/hle\n    task_id: hle\n  value: 22.10\n',
    '# by hand\n- dataset:\n    id: cais/hle\n    task_id: "hle"\n\n  value: 22 # pass@1\n  date: 2026-01-15\n  source:\n    url: https://x.y/#z',
    'name: Sums\ntasks:\n- id: a\n  solvers:\n    - name: generate\n- id: b\n',
  ];
  for (const text of usual) assert.ok(agrees(text), text);
});

test('what could be read in two ways is left to the library', () => {
  const others = [
    '',
    '\n',
    'a: {b: 1}\n',
    'a:\n',
    'a: b\n  c\n',
    'a: |\n  b\n',
    'a: "\\n"\n',
    'a: 1\na: 2\n',
    'x:\n\ta: 1\n',
    'a: 1\r\n',
  ];
  for (const text of [
    ...others,
    '---\na: 1\n',
    'a: &x 1\n',
    '- - a\n',
    'a: -0\n',
    'a: ~\n',
    `${'- a:\n'.repeat(2)}`,
  ])
    assert.equal(readPlainYaml(text), null, text);
});
