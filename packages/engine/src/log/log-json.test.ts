import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { splitJsonArray } from './json-array.ts';
import { parseLogText, toLogText } from './log-json.ts';

describe('log text', () => {
  it('writes and reads what JSON does not know', () => {
    const value = {
      a: Number.NaN,
      b: [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1],
      c: 'NaN "NaN" \\',
    };
    const text = toLogText(value);
    assert.equal(text, '{"a":NaN,"b":[Infinity,-Infinity,1],"c":"NaN \\"NaN\\" \\\\"}');
    assert.deepEqual(parseLogText(text), value);
  });

  it('keeps integers that a double cannot hold', () => {
    assert.equal(toLogText({ id: 12345678901234567890n }), '{"id":12345678901234567890}');
  });

  it('refuses what is not JSON', () => {
    for (const text of ['{"a":', '{"a":nan}', 'NaNa', ''])
      assert.throws(() => parseLogText(text), SyntaxError);
  });

  it('splits arrays without parsing them', () => {
    const items = [{ a: '],[{"\\', b: [[1, 2], {}] }, 'x,y', 3, null, [], { c: 'é"' }];
    const bytes = Buffer.from(JSON.stringify(items, null, 1));
    assert.deepEqual(
      [...splitJsonArray(bytes)].map((text) => JSON.parse(text)),
      items,
    );
    assert.deepEqual([...splitJsonArray(Buffer.from('[]'))], []);
    assert.deepEqual([...splitJsonArray(Buffer.from('[NaN, 1]'))].map(parseLogText), [Number.NaN, 1]);
  });
});
