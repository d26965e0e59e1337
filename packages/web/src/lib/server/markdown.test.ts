import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toHtml, withoutFrontMatter } from './markdown.ts';

const PLACE = { type: 'dataset', fullName: 'a/b', revision: 'refs/pr/1' } as const;

test('HTML of the author stays text', () => {
  assert.doesNotMatch(toHtml('<script>alert(1)</script> <img src=x onerror=y>'), /<script|<img/);
});

test('links to scripts do not become links', () => {
  assert.doesNotMatch(toHtml('[x](javascript:alert(1)) [y](data:text/html,z)'), /<a /);
});

test('links to other sites carry no rank', () => {
  assert.match(toHtml('[x](https://example.org)'), /rel="nofollow noopener ugc"/);
});

test('pictures elsewhere are links, pictures of the repo are its files', () => {
  const html = toHtml('![far](https://example.org/a.png) ![near](img/a.png)', PLACE);
  assert.equal(html.match(/<img/g)?.length, 1);
  assert.match(html, /src="\/datasets\/a\/b\/resolve\/refs%2Fpr%2F1\/img\/a.png"/);
});

test('a link without a scheme is as foreign as one with', () => {
  const html = toHtml('[x](//example.org) ![y](//example.org/a.png)', PLACE);
  assert.equal(html.match(/href="https:\/\/example.org[^"]*" rel="nofollow/g)?.length, 2);
  assert.doesNotMatch(html, /<img/);
});

test('relative links lead to the file at the same revision; those out of the repo stay inside', () => {
  assert.match(
    toHtml('[f](data/x.csv#L2)', PLACE),
    /href="\/datasets\/a\/b\/blob\/refs%2Fpr%2F1\/data\/x.csv#L2"/,
  );
  assert.match(toHtml('[f](../../etc)', PLACE), /href="\/datasets\/a\/b\/blob\/refs%2Fpr%2F1\/etc"/);
});

test('a link whose escapes are broken is left as it is', () => {
  for (const link of ['a%zz', '%ff', 'x?%ff#%ff', '%00', '%2f%2f'])
    assert.match(toHtml(`[f](${link}) ![f](${link})`, PLACE), /<p>/);
});

test('headings begin below the heading of the page', () => {
  assert.equal(toHtml('# One\n\n###### Six').trim(), '<h2>One</h2>\n<h6>Six</h6>');
});

test('metadata of a card is not its text', () => {
  assert.equal(withoutFrontMatter('---\nlicense: mit\n---\n# A'), '# A');
  assert.equal(withoutFrontMatter('--- not metadata'), '--- not metadata');
});
