import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPacketReader, flushPacket, toPacket } from './pkt-line.ts';
import { readPushCommands } from './push-protocol.ts';

const zero = '0'.repeat(40);
const one = '1'.repeat(40);

const read = (...packets: Uint8Array[]) =>
  readPushCommands(
    createPacketReader(
      (async function* () {
        yield* packets;
      })(),
    ),
  );

test('a command is an old oid, a new oid and a ref', async () => {
  const line = toPacket(`${zero} ${one} refs/heads/a\0report-status side-band-64k\n`);
  assert.deepEqual(await read(line, flushPacket), {
    updates: [{ ref: 'refs/heads/a', old: null, new: one }],
    report: true,
    sideBand: true,
  });
  assert.equal(await read(flushPacket), null);
});

test('what is no command, or no packet, is refused', async () => {
  const bad = ['zzzz', '0003', '00ff cut', '000', '0009hello', '0032'];
  for (const text of bad) await assert.rejects(read(Buffer.from(text)), { code: 'bad-pack' }, text);
});

test('commands are not held without end: neither their number nor their length', async () => {
  const long = toPacket(`${zero} ${one} refs/heads/${'x'.repeat(60_000)}\n`);
  await assert.rejects(read(...Array.from({ length: 40 }, () => long)), { code: 'too-large' });
  const shallow = toPacket(`shallow ${one}\n`);
  await assert.rejects(read(...Array.from({ length: 50_000 }, () => shallow)), { code: 'too-large' });
  const many = Array.from({ length: 5001 }, (_, at) => toPacket(`${zero} ${one} refs/heads/${at}\n`));
  await assert.rejects(read(...many), { code: 'too-large' });
});
