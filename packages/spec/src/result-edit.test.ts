import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CodedError } from './errors.ts';
import { parseEvalResults } from './eval-results.ts';
import { appendEntry, removeEntry, replaceEntry } from './result-edit.ts';
import type { NewEntry } from './result-yaml.ts';

const entry: NewEntry = {
  dataset: { id: 'org/bench', taskId: 'main', revision: '0123456789abcdef0123456789abcdef01234567' },
  value: 20.9,
  valueText: '20.90',
  date: '2026-01-15',
  source: { url: 'https://example.org/run', name: 'A run: the "first" one' },
  notes: 'tools: none; shots: 5',
};

/** A file as people write them, and where in it each entry begins and ends. */
interface Written {
  text: string;
  spans: { start: number; end: number }[];
  flow: boolean;
}

const name = fc.constantFrom('gsm8k', 'mmlu_pro', 'hle', 'musr:murder', 'aime-2026');
const value = fc.constantFrom('20.90', '0.412', '100', '-3.5', '1e-3', '+7', '41.20');
const quote = fc.constantFrom(
  (text: string) => text,
  JSON.stringify,
  (text: string) => `'${text}'`,
);

function blockEntry(): fc.Arbitrary<string[]> {
  return fc
    .record({
      task: name,
      value,
      quote,
      flowDataset: fc.boolean(),
      date: fc.constantFrom([], ['date: 2026-01-15'], ['date: "2026-01-15T10:00:00Z"']),
      notes: fc.constantFrom(
        [],
        ['notes: no-tools  '],
        ['notes: |', '  two', '  lines'],
        ['notes: >-', '  folded', '', '  text'],
        ["notes: 'it''s'"],
      ),
      odd: fc.constantFrom([], ['harness: lighteval'], ['# a word between'], ['extra: {a: [1, 2]} # kept']),
      comment: fc.constantFrom('', ' # as published'),
    })
    .map((parts) => [
      ...(parts.flowDataset
        ? [`dataset: {id: org/b, task_id: ${JSON.stringify(parts.task)}}`]
        : ['dataset:', '  id: org/b', `  task_id: ${parts.quote(parts.task)}`]),
      ...parts.odd,
      `value: ${parts.value}${parts.comment}`,
      ...parts.date,
      ...parts.notes,
    ]);
}

const blockFile: fc.Arbitrary<Written> = fc
  .record({
    entries: fc.array(blockEntry(), { minLength: 1, maxLength: 4 }),
    before: fc.constantFrom('', '# scores\n', '---\n', '# head\n---\n\n'),
    between: fc.constantFrom('', '\n', '# next one\n', '\n\n# two\n# lines\n'),
    after: fc.constantFrom('', '\n', '# the end\n', '\n# a\n\n', '...\n', '# b\n...\n# c\n'),
    indent: fc.constantFrom('', '  '),
    dash: fc.constantFrom('- ', '-   ', '-\n'),
    windows: fc.boolean(),
    cut: fc.boolean(),
  })
  .map(({ entries, before, between, after, indent, dash, windows, cut }) => {
    const spans: Written['spans'] = [];
    let text = before;
    for (const [index, lines] of entries.entries()) {
      if (index > 0) text += between;
      const inner = indent + (dash === '-\n' ? '  ' : ' '.repeat(dash.length));
      const start = text.length;
      text += `${indent}${dash}${dash === '-\n' ? inner : ''}${lines.map((line, i) => (i === 0 || line === '' ? line : inner + line)).join('\n')}\n`;
      spans.push({ start, end: text.length });
    }
    text += after;
    return {
      text: windows ? text.replaceAll('\n', '\r\n') : text,
      spans: windows ? shifted(text, spans) : spans,
      flow: false,
      cut,
    };
  })
  .map(({ cut, ...file }) =>
    cut && /[^|>-]\r?\n$/.test(file.text) && !/(two|lines)\r?\n$/.test(file.text)
      ? { ...file, text: file.text.trimEnd() }
      : file,
  );

function shifted(text: string, spans: Written['spans']): Written['spans'] {
  const moved = (offset: number) => offset + text.slice(0, offset).split('\n').length - 1;
  return spans.map(({ start, end }) => ({ start: moved(start), end: moved(end) }));
}

const flowFile: fc.Arbitrary<Written> = fc
  .record({
    entries: fc.array(fc.record({ task: name, value }), { maxLength: 4 }),
    gap: fc.constantFrom(', ', ',\n  ', ' ,\n  # between\n  '),
    open: fc.constantFrom('[', '[ ', '[\n  ', '# head\n[ # list\n  '),
    close: fc.constantFrom(']\n', ' ] # end\n', '\n]', ',\n]\n'),
  })
  .map(({ entries, gap, open, close }) => {
    const spans: Written['spans'] = [];
    let text = open;
    for (const [index, { task, value }] of entries.entries()) {
      if (index > 0) text += gap;
      const start = text.length;
      text += `{"dataset": {"id": "org/b", "task_id": "${task}"}, value: ${value}}`;
      spans.push({ start, end: text.length });
    }
    return { text: text + (entries.length === 0 ? close.replace(',', '') : close), spans, flow: true };
  });

const file = fc.oneof({ weight: 3, arbitrary: blockFile }, { weight: 1, arbitrary: flowFile });

function jsonOf(text: string): unknown[] {
  const parsed = parseEvalResults(text);
  assert.ok(parsed.ok, JSON.stringify([text, parsed]));
  return parsed.value.map((each) => each.json);
}

const added = jsonOf(appendEntry(null, entry))[0];

function sharedPrefix(a: string, b: string): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length++;
  return length;
}

function sharedSuffix(a: string, b: string): number {
  return sharedPrefix([...a].reverse().join(''), [...b].reverse().join(''));
}

test('an appended entry reads back as it was meant', () => {
  const parsed = parseEvalResults(appendEntry(null, entry));
  assert.ok(parsed.ok && parsed.warnings.length === 0);
  const [{ json: _json, line, column, ...fields }] = parsed.value as [(typeof parsed.value)[0]];
  assert.deepEqual(fields, entry);
  assert.deepEqual([line, column], [1, 3]);
});

test('appending keeps every byte that was there and every entry that was there', () => {
  fc.assert(
    fc.property(file, ({ text }) => {
      const before = jsonOf(text);
      const after = appendEntry(text, entry);
      assert.deepEqual(jsonOf(after), [...before, added]);
      const emptyList = /\[\s*\]\s*$/.test(text);
      if (!emptyList)
        assert.ok(
          sharedPrefix(text, after) + sharedSuffix(text, after) >= text.length,
          JSON.stringify([text, after]),
        );
    }),
    { numRuns: 600 },
  );
});

test('replacing changes nothing outside the entry', () => {
  fc.assert(
    fc.property(file, fc.nat(3), ({ text, spans }, pick) => {
      if (spans.length === 0) return;
      const index = pick % spans.length;
      const after = replaceEntry(text, index, entry);
      assert.deepEqual(jsonOf(after), jsonOf(text).with(index, added));
      assert.ok(after.startsWith(text.slice(0, spans[index]!.start)));
      assert.ok(after.endsWith(text.slice(spans[index]!.end)), JSON.stringify([text, after]));
    }),
    { numRuns: 600 },
  );
});

test('removing changes nothing outside the entry, and the last one leaves a list', () => {
  fc.assert(
    fc.property(file, fc.nat(3), ({ text, spans, flow }, pick) => {
      if (spans.length === 0) return;
      const index = pick % spans.length;
      const after = removeEntry(text, index);
      assert.deepEqual(jsonOf(after), jsonOf(text).toSpliced(index, 1));
      if (flow) return;
      assert.ok(after.startsWith(text.slice(0, spans[index]!.start)));
      assert.ok(after.endsWith(text.slice(spans[index]!.end)), JSON.stringify([text, after]));
    }),
    { numRuns: 600 },
  );
});

test('what was appended can be removed again to the byte', () => {
  fc.assert(
    fc.property(blockFile, ({ text, spans }) => {
      if (!/\n$/.test(text)) return;
      assert.equal(removeEntry(appendEntry(text, entry), spans.length), text);
    }),
  );
});

test('line ends stay those of the file', () => {
  const windows = '- dataset: {id: a/b, task_id: c}\r\n  value: 1\r\n';
  assert.ok(!/[^\r]\n/.test(appendEntry(windows, entry)));
  assert.ok(!/[^\r]\n/.test(replaceEntry(windows, 0, entry)));
});

test('an unfinished last block text is not changed by what follows', () => {
  const text = '- dataset: {id: a/b, task_id: c}\n  value: 1\n  notes: |\n    no end of line';
  assert.deepEqual(jsonOf(appendEntry(text, entry)), [...jsonOf(text), added]);
});

test('texts of every kind survive being written', () => {
  const text = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      'yes',
      '1',
      '2026-01-01',
      '- a',
      'a: b',
      '# c',
      '',
      ' x ',
      '"',
      "'",
      '~',
      'null',
      '0x1',
      '.inf',
      '\u0085',
      '\u2028',
      'a\tb',
      '*x',
      '&y',
      '!z',
      '%d',
      '@',
      '`',
      '?',
      '{}',
      '[',
      'a #b',
      '<<',
      '=',
      'No',
      '1:30',
    ),
  );
  fc.assert(
    fc.property(text, text, (notes, sourceName) => {
      fc.pre(
        !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(notes + sourceName) &&
          (notes + sourceName).isWellFormed(),
      );
      const full: NewEntry = { ...entry, notes, source: { url: 'https://example.org/', name: sourceName } };
      const list = '[{dataset: {id: a/b, task_id: c}, value: 1}]';
      for (const written of [appendEntry(null, full), appendEntry(list, full)]) {
        const parsed = parseEvalResults(written);
        assert.ok(parsed.ok, JSON.stringify([written, parsed]));
        assert.equal(parsed.value.at(-1)?.notes, notes);
        assert.equal(parsed.value.at(-1)?.source?.name, sourceName);
      }
    }),
    { numRuns: 1_000 },
  );
});

test('a value is written with the digits that were given, if they mean it', () => {
  const written = (fields: Partial<NewEntry>) => {
    const parsed = parseEvalResults(appendEntry(null, { ...entry, ...fields }));
    return parsed.ok ? parsed.value[0]?.valueText : 'refused';
  };
  assert.equal(written({ value: 20.9, valueText: '20.90' }), '20.90');
  assert.equal(written({ value: 20.9, valueText: '21' }), '20.9');
  assert.equal(written({ value: 20.9, valueText: undefined }), '20.9');
  assert.equal(written({ value: 1e-7, valueText: undefined }), '1e-7');
});

test('what is no list of entries, no entry, or not there, is refused with a code', () => {
  const code = (wanted: string) => (error: unknown) => error instanceof CodedError && error.code === wanted;
  for (const text of ['a: 1\n', '"text"', '- [', '- a: 1\n---\n- b: 2\n']) {
    assert.throws(() => appendEntry(text, entry), code('not-a-result-file'), text);
  }
  assert.throws(() => appendEntry(null, { ...entry, value: Number.NaN }), code('invalid-entry'));
  assert.throws(
    () => appendEntry('[]\n', { ...entry, dataset: { id: 'x', taskId: 'y' } }),
    code('invalid-entry'),
  );
  assert.throws(() => replaceEntry('[]\n', 0, entry), code('no-such-entry'));
  assert.throws(() => removeEntry(appendEntry(null, entry), 1), code('no-such-entry'));
});

test('an empty file, a file of comments and an empty list take a first entry', () => {
  for (const text of ['', '\n', '# none yet\n', '# none yet', '---\n', '[]\n', '[] # none\n', '\ufeff']) {
    const after = appendEntry(text, entry);
    assert.deepEqual(jsonOf(after), [added], JSON.stringify([text, after]));
    if (text.startsWith('#')) assert.ok(after.startsWith(text));
  }
});
