import { MONTHS, type Question, type TallestQuestion, WEEKDAYS } from './read-question.ts';

/** What a model gets wrong. Each is a mistake in the working, so that its wrong answers follow from the question. */
export interface Slips {
  /** Products of two numbers of two digits come out ten too small. */
  lostCarry?: boolean;
  /** Adds numbers that have nothing to do with the bill. */
  distracted?: boolean;
  /** Stops before the last step: gives the bill instead of the change or the share. */
  stopsEarly?: boolean;
  /** Minutes past the full hour do not add one to the hours. */
  lostHour?: boolean;
  /** Every month has thirty days. */
  flatMonths?: boolean;
  /** No February has a 29th. */
  noLeapYears?: boolean;
  /** Follows at most so many comparisons before it names somebody. */
  chain?: number;
}

export interface Working {
  lines: string[];
  answer: string;
}

/** Works a question out, with the given slips, writing down what it does. */
export function workOut(question: Question, slips: Slips): Working {
  if (question.kind === 'market') return market(question, slips);
  if (question.kind === 'clock') return clock(question, slips);
  if (question.kind === 'calendar') return calendar(question, slips);
  return tallest(question, slips);
}

function market(question: Extract<Question, { kind: 'market' }>, slips: Slips): Working {
  const lines: string[] = [];
  let total = 0;
  for (const { count, price } of question.basket) {
    const product = count * price - (slips.lostCarry && count > 9 && price > 9 ? 10 : 0);
    lines.push(`${count} times ${price} is ${product}.`);
    total += product;
  }
  if (slips.distracted && question.distraction !== undefined) total += question.distraction;
  if (question.basket.length > 1) lines.push(`Together that is ${total}.`);
  if (question.discount > 0) {
    total -= question.discount;
    lines.push(`Less ${question.discount} makes ${total}.`);
  }
  if (slips.stopsEarly) return { lines, answer: String(total) };
  if (question.friends !== undefined) {
    const share = Math.floor(total / question.friends);
    return { lines: [...lines, `Shared by ${question.friends}, each pays ${share}.`], answer: String(share) };
  }
  if (question.paid === undefined) return { lines, answer: String(total) };
  const back = question.paid - total;
  return { lines: [...lines, `From ${question.paid} there remain ${back}.`], answer: String(back) };
}

function clock(question: Extract<Question, { kind: 'clock' }>, slips: Slips): Working {
  const { start, hours, minutes } = question;
  const minute = (start % 60) + minutes;
  const carried = slips.lostHour ? 0 : Math.floor(minute / 60);
  const hour = (Math.floor(start / 60) + hours + carried) % 24;
  const answer = `${String(hour).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
  return { lines: [`The minutes add up to ${minute}.`, `That makes ${answer}.`], answer };
}

function calendar(question: Extract<Question, { kind: 'calendar' }>, slips: Slips): Working {
  const { weekday, days } = question;
  if (weekday !== undefined) {
    const over = slips.flatMonths && days > 30 ? (days + 1) % 7 : days % 7;
    const answer = WEEKDAYS[(WEEKDAYS.indexOf(weekday) + over) % 7]!;
    return { lines: [`${days} days are whole weeks and ${over} days.`], answer };
  }
  let { day, month, year } = question;
  day += days;
  for (let length = monthLength(month, year, slips); day > length; length = monthLength(month, year, slips)) {
    day -= length;
    month = (month + 1) % 12;
    if (month === 0) year += 1;
  }
  const answer = `${day} ${MONTHS[month]} ${year}`;
  return { lines: [`Counting ${days} days on leads to ${answer}.`], answer };
}

function monthLength(month: number, year: number, slips: Slips): number {
  if (slips.flatMonths) return 30;
  if (slips.noLeapYears && month === 1) return 28;
  return new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
}

function tallest(question: TallestQuestion, slips: Slips): Working {
  const [from, to] = question.asks === 'tallest' ? [1, 0] : [0, 1];
  const lines: string[] = [];
  let name = question.pairs[0]![to]!;
  for (let step = 0; step < (slips.chain ?? Number.POSITIVE_INFINITY); step += 1) {
    const further = question.pairs.find((pair) => pair[from] === name);
    if (!further) break;
    lines.push(`${further[0]} is taller than ${further[1]}.`);
    name = further[to]!;
  }
  return { lines, answer: name };
}
