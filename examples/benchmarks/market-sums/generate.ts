import { createSeededRandom, type SeededRandom } from '../seeded-random.ts';

/** One word problem about shopping; `steps` is how many sums lead to the answer. */
export interface MarketSum {
  id: string;
  question: string;
  answer: string;
  steps: number;
}

const BUYERS = ['Mara', 'Otto', 'Ines', 'Juri', 'Lena', 'Sami', 'Vera', 'Nils'];
const GOODS = ['melons', 'pears', 'loaves', 'eggs', 'candles', 'jars', 'ropes', 'baskets', 'figs', 'combs'];

/** `count` problems, no two with the same text, each with an exact whole-number answer. */
export function generateMarketSums(seed = 2026, count = 400): MarketSum[] {
  const random = createSeededRandom(seed);
  const seen = new Map<string, MarketSum>();
  while (seen.size < count) {
    const sum = makeOne(random, `market-${String(seen.size + 1).padStart(3, '0')}`);
    if (!seen.has(sum.question)) seen.set(sum.question, sum);
  }
  return [...seen.values()];
}

function makeOne(random: SeededRandom, id: string): MarketSum {
  const buyer = random.pick(BUYERS);
  const goods = random.shuffle(GOODS).slice(0, random.between(1, 4));
  const basket = goods.map((name) => ({ name, count: random.between(2, 19), price: random.between(2, 24) }));
  let total = basket.reduce((sum, { count, price }) => sum + count * price, 0);
  let steps = basket.length + (basket.length > 1 ? 1 : 0);
  const sentences = [
    `${buyer} buys ${joined(basket.map((it) => `${it.count} ${it.name} at ${it.price} coins each`))}.`,
  ];
  if (random.between(1, 3) === 1) {
    sentences.push(`The stall has stood there for ${random.between(3, 60)} years.`);
  }
  if (random.between(1, 2) === 1) {
    const off = random.between(2, Math.min(30, total - 1));
    sentences.push(`The seller takes ${off} coins off the bill.`);
    total -= off;
    steps += 1;
  }
  const ending = makeEnding(random, buyer, total);
  const question = [...sentences, ...ending.sentences].join(' ');
  return { id, question, answer: String(ending.answer), steps: steps + ending.steps };
}

interface Ending {
  sentences: string[];
  answer: number;
  steps: number;
}

function makeEnding(random: SeededRandom, buyer: string, total: number): Ending {
  const friends = [2, 3, 4, 5, 6].find((n) => total % n === 0);
  const kind = random.between(1, 3);
  if (kind === 1 && friends !== undefined) {
    const sentences = [`${friends} friends share the bill equally.`, 'How many coins does each friend pay?'];
    return { sentences, answer: total / friends, steps: 1 };
  }
  if (kind <= 2) {
    const paid = Math.ceil((total + random.between(0, 40)) / 50) * 50;
    const sentences = [`${buyer} pays with ${paid} coins.`, `How many coins does ${buyer} get back?`];
    return { sentences, answer: paid - total, steps: 1 };
  }
  return { sentences: [`How many coins does ${buyer} pay?`], answer: total, steps: 0 };
}

function joined(parts: string[]): string {
  if (parts.length === 1) return parts[0]!;
  return `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}
