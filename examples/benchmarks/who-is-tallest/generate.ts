import { createSeededRandom, type SeededRandom } from '../seeded-random.ts';

/** A chain of comparisons in mixed order; `people` is how many stand in it. */
export interface HeightRiddle {
  id: string;
  question: string;
  answer: string;
  people: number;
}

const NAMES = ['Ada', 'Ben', 'Cleo', 'Dag', 'Eve', 'Finn', 'Gwen', 'Hugo', 'Iris', 'Jon', 'Kaya', 'Lars'];

/** `count` riddles, no two with the same text; the comparisons always order everybody. */
export function generateHeightRiddles(seed = 5, count = 300): HeightRiddle[] {
  const random = createSeededRandom(seed);
  const seen = new Map<string, HeightRiddle>();
  while (seen.size < count) {
    const riddle = makeOne(random, `tall-${String(seen.size + 1).padStart(3, '0')}`);
    if (!seen.has(riddle.question)) seen.set(riddle.question, riddle);
  }
  return [...seen.values()];
}

function makeOne(random: SeededRandom, id: string): HeightRiddle {
  const order = random.shuffle(NAMES).slice(0, random.between(3, 8));
  const facts: string[] = [];
  for (let at = 0; at + 1 < order.length; at += 1) {
    const [taller, shorter] = [order[at]!, order[at + 1]!];
    const turned = random.between(1, 3) === 1;
    facts.push(turned ? `${shorter} is shorter than ${taller}.` : `${taller} is taller than ${shorter}.`);
  }
  const tallest = random.between(1, 2) === 1;
  const question = `${random.shuffle(facts).join(' ')} Who is the ${tallest ? 'tallest' : 'shortest'} of them?`;
  return { id, question, answer: tallest ? order[0]! : order.at(-1)!, people: order.length };
}
