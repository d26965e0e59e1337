/** A recorded question and whatever belongs to it. */
export interface Indexed<T> {
  question: string;
  /** Answer options, when the same question is asked with different ones. */
  choices?: string[];
  value: T;
}

/** Finds the recorded question that a prompt asks. */
export interface QuestionIndex<T> {
  /** All values recorded for the question found, in recorded order; empty when the prompt asks none. */
  find(prompt: string): T[];
}

/** Words of a question's beginning that anchor it in a prompt. */
const ANCHOR_WORDS = 8;
const WORD = /[\p{L}\p{N}]+/gu;

interface Group<T> {
  /** All words of the question, one space between. */
  words: string;
  entries: (Indexed<T> & { plain: string; plainChoices: string[] })[];
}

/**
 * Built once over all questions. A prompt is cut into words; at each word the next eight (fewer for shorter
 * questions) are looked up among the beginnings of all questions, and where one is found the longest question that
 * goes on there is taken. Questions found that way do not overlap, and the last one is what the prompt asks: what
 * stands before it are worked examples. Cost: one hash look-up a word, whatever the number of questions.
 *
 * Words alone decide where a question stands, so that a template may wrap it in any punctuation; between questions
 * of the same words the text itself decides, then the answer options that the prompt shows.
 */
export function createQuestionIndex<T>(items: Iterable<Indexed<T>>): QuestionIndex<T> {
  const groups = new Map<string, Group<T>>();
  /** By anchor: the lengths, in words, of the questions that begin so, longest first. */
  const anchors = new Map<string, number[]>();
  const anchorLengths = new Set<number>();
  for (const item of items) {
    const list = item.question.match(WORD) ?? [];
    if (list.length === 0) continue;
    const words = list.join(' ');
    const group = groups.get(words) ?? { words, entries: [] };
    groups.set(words, group);
    group.entries.push({
      ...item,
      plain: toPlain(item.question),
      plainChoices: (item.choices ?? []).map(toPlain),
    });
    const anchorLength = Math.min(list.length, ANCHOR_WORDS);
    const anchor = list.slice(0, anchorLength).join(' ');
    const lengths = anchors.get(anchor) ?? [];
    if (!lengths.includes(list.length))
      anchors.set(
        anchor,
        [...lengths, list.length].sort((a, b) => b - a),
      );
    anchorLengths.add(anchorLength);
  }
  const longestFirst = [...anchorLengths].sort((a, b) => b - a);
  return { find: (prompt) => choose(lastGroup(prompt, groups, anchors, longestFirst), prompt) };
}

function lastGroup<T>(
  prompt: string,
  groups: Map<string, Group<T>>,
  anchors: Map<string, number[]>,
  anchorLengths: number[],
): Group<T> | null {
  const words = prompt.match(WORD) ?? [];
  const text = words.join(' ');
  const starts = toStarts(words);
  const slice = (from: number, count: number): string => text.slice(starts[from]!, starts[from + count]! - 1);
  let last: Group<T> | null = null;
  for (let at = 0; at < words.length; ) {
    const length = longestAt(at);
    at += Math.max(length, 1);
  }
  return last;

  function longestAt(at: number): number {
    let best = 0;
    for (const anchorLength of anchorLengths) {
      if (at + anchorLength > words.length) continue;
      for (const length of anchors.get(slice(at, anchorLength)) ?? []) {
        if (length <= best || at + length > words.length) continue;
        const group = groups.get(slice(at, length));
        if (!group) continue;
        last = group;
        best = length;
        break;
      }
    }
    return best;
  }
}

/** Where each word begins in the joined text, and where one more would. */
function toStarts(words: string[]): number[] {
  const starts = [0];
  for (const word of words) starts.push(starts.at(-1)! + word.length + 1);
  return starts;
}

function toPlain(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

/** Narrows questions of the same words by their text, then by their options; never to none. */
function choose<T>(group: Group<T> | null, prompt: string): T[] {
  if (!group) return [];
  let left = group.entries;
  if (left.length > 1) {
    const plain = toPlain(prompt);
    left = narrow(left, (entry) => plain.includes(entry.plain));
    left = narrow(left, (entry) => entry.plainChoices.every((choice) => plain.includes(choice)));
    // With more options shown, the one that knows more of them is meant.
    const most = Math.max(...left.map((entry) => entry.plainChoices.length));
    left = left.filter((entry) => entry.plainChoices.length === most);
  }
  return left.map((entry) => entry.value);
}

function narrow<E>(entries: E[], fits: (entry: E) => boolean): E[] {
  const fitting = entries.filter(fits);
  return fitting.length > 0 ? fitting : entries;
}
