import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePythonJson } from './json.ts';
import { PythonFloat, pythonRepr, pythonStr } from './values.ts';

test('values print as str() prints them', () => {
  assert.equal(pythonStr('plain'), 'plain');
  assert.equal(pythonStr(null), 'None');
  assert.equal(pythonStr(true), 'True');
  assert.equal(pythonStr(3), '3');
  assert.equal(pythonStr(2.5), '2.5');
  assert.equal(pythonStr(new PythonFloat(3)), '3.0');
  assert.equal(pythonStr({ a: [1, 'x', null], b: { c: false } }), "{'a': [1, 'x', None], 'b': {'c': False}}");
});

test('texts in containers choose their quotes and escape what does not print', () => {
  assert.equal(pythonRepr("it's"), '"it\'s"');
  assert.equal(pythonRepr(`both ' and "`), `'both \\' and "'`);
  assert.equal(pythonRepr('tab\tline\n\\'), "'tab\\tline\\n\\\\'");
  assert.equal(pythonRepr('\u200b\x7f\u{e0001}'), "'\\u200b\\x7f\\U000e0001'");
  assert.equal(pythonRepr('été 漢 😀'), "'été 漢 😀'");
});

test('dates and bytes of Parquet columns print as Python prints them', () => {
  assert.equal(pythonStr(new Date('2024-02-03T04:05:06Z')), '2024-02-03 04:05:06');
  assert.equal(pythonRepr(new Uint8Array([65, 0, 39, 92])), `b"A\\x00'\\\\"`);
});

test('JSON keeps whole floats, long integers and the bare words apart', () => {
  const parsed = parsePythonJson(
    '{"f": 1.0, "e": 2e3, "i": 7, "big": 12345678901234567890, "n": NaN, "t": "NaN, 1.0"}',
  );
  assert.equal(
    pythonRepr(parsed),
    "{'f': 1.0, 'e': 2000.0, 'i': 7, 'big': 12345678901234567890, 'n': nan, 't': 'NaN, 1.0'}",
  );
  assert.equal(JSON.stringify({ x: new PythonFloat(1) }), '{"x":1.0}');
  assert.throws(() => parsePythonJson('{"a": }'), SyntaxError);
});
