import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AnswerParser, type HttpAnswer, MalformedAnswer } from './answer-parser.ts';

/** The answers in a text that comes in pieces of so many bytes; each piece lies in the same memory. */
function read(text: string, piece: number, parser = new AnswerParser()): HttpAnswer[] {
  const bytes = Buffer.from(text);
  const memory = Buffer.alloc(piece);
  const answers: HttpAnswer[] = [];
  for (let at = 0; at < bytes.length; at += piece) {
    const size = bytes.copy(memory, 0, at, at + piece);
    const answer = parser.feed(memory.subarray(0, size));
    if (answer) answers.push(answer);
    memory.fill(0x21);
  }
  return answers;
}

const chunked =
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n5\r\nHäll\r\n00A;x="1"\r\no\r\n 4567\r\n\r\n0\r\nx-late: 1\r\n\r\n';

describe('the parser of answers', () => {
  it('reads them whole or byte by byte', () => {
    const measured =
      'HTTP/1.1 200 OK\r\ncontent-type: a\r\nX-Two: 1\r\nx-two:2 \r\ncontent-length: 6\r\n\r\nHällo';
    for (const piece of [1, 2, 3, 7, 4096]) {
      const headers = { 'content-type': 'a', 'x-two': ['1', '2'], 'content-length': '6' };
      assert.deepEqual(read(measured, piece), [{ status: 200, headers, body: 'Hällo' }]);
      const [answer] = read(chunked, piece);
      assert.equal(answer?.body, 'Hällo\r\n 4567\r\n');
    }
  });

  it('goes on with the next one, past what is told on the way', () => {
    const text =
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 204 Gone\r\ncontent-length: 5\r\n\r\n';
    const parser = new AnswerParser();
    assert.deepEqual(
      read(text, 1, parser).map((one) => one.status),
      [204],
    );
    assert.equal(parser.keepAlive, true);
    assert.equal(read(chunked, 1, parser).length, 1);
    assert.equal(parser.keepAlive, true);
  });

  it('says whether the connection stays, and how long', () => {
    const stays = (head: string, body = ''): boolean => {
      const parser = new AnswerParser();
      assert.equal(read(`${head}\r\ncontent-length: 0\r\n\r\n${body}`, 4096, parser).length, 1);
      return parser.keepAlive;
    };
    assert.equal(stays('HTTP/1.1 200'), true);
    assert.equal(stays('HTTP/1.1 200 OK\r\nconnection: Keep-Alive, Close'), false);
    assert.equal(stays('HTTP/1.0 200 OK'), false);
    assert.equal(stays('HTTP/1.0 200 OK\r\nconnection: keep-alive'), true);
    // Bytes that nobody asked for.
    assert.equal(stays('HTTP/1.1 200 OK', 'HTTP/1.1 200 OK\r\n'), false);
    const parser = new AnswerParser();
    read('HTTP/1.1 200 OK\r\nkeep-alive: timeout=7, max=3\r\ncontent-length: 0\r\n\r\n', 4096, parser);
    assert.equal(parser.idleMs, 7000);
  });

  it('ends one without a length with the connection, and no other', () => {
    const parser = new AnswerParser();
    assert.deepEqual(read('HTTP/1.1 200 OK\r\n\r\nall of', 3, parser), []);
    assert.equal(parser.end()?.body, 'all of');
    assert.equal(parser.keepAlive, false);
    for (const cut of [
      '',
      'HTTP/1.1 200',
      'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nfour',
      chunked.slice(0, -4),
    ]) {
      const other = new AnswerParser();
      read(cut, 4096, other);
      assert.equal(other.end(), null);
    }
  });

  it('refuses what could be read in two ways, or fills memory', () => {
    const head = 'HTTP/1.1 200 OK\r\n';
    const wrong = [
      'HTTP/2 200 OK\r\n\r\n',
      '<html>\r\n\r\n',
      'HTTP/1.1 101 Switching Protocols\r\n\r\n',
      `${head}content-length: 3\r\ncontent-length: 4\r\n\r\n`,
      `${head}content-length: 3, 3\r\n\r\n`,
      `${head}content-length: -3\r\n\r\n`,
      `${head}content-length: 0x3\r\n\r\n`,
      `${head}content-length: 300000000000\r\n\r\n`,
      `${head}content-length: 3\r\ntransfer-encoding: chunked\r\n\r\n`,
      `${head}transfer-encoding: gzip, chunked\r\n\r\n`,
      `${head}a: 1\r\n folded\r\n\r\n`,
      `${head}a : 1\r\n\r\n`,
      `${head}transfer-encoding: chunked\r\n\r\nxyz\r\n`,
      `${head}transfer-encoding: chunked\r\n\r\n-1\r\n`,
      `${head}transfer-encoding: chunked\r\n\r\n2\r\nabc\r\n`,
      `${head}transfer-encoding: chunked\r\n\r\n${'0'.repeat(70_000)}`,
      `${head}x: ${'y'.repeat(70_000)}`,
    ];
    for (const text of wrong) {
      for (const piece of [7, 1 << 17])
        assert.throws(() => read(text, piece), MalformedAnswer, text.slice(0, 80));
    }
  });
});
