import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ed25519 } from '@noble/curves/ed25519.js';
import { toUtf8 } from './bytes.ts';
import { formatCheckpoint, parseCheckpoint } from './checkpoint.ts';
import { rootOf } from './merkle.ts';
import {
  assertSignedBy,
  cosignNote,
  createNoteKey,
  formatNote,
  formatVerifierKey,
  noteAlgorithm,
  parseNote,
  parseVerifierKey,
  signNote,
} from './note.ts';

const secretKey = Uint8Array.from({ length: 32 }, (_, i) => i);
const witnessKey = Uint8Array.from({ length: 32 }, (_, i) => 255 - i);
const text = formatCheckpoint({ origin: 'assay.example/log', size: 3, root: rootOf([]), extensions: [] });

test('a verifier key reads back, and only under its own name', () => {
  const key = createNoteKey('assay.example/log', ed25519.getPublicKey(secretKey));
  assert.deepEqual(parseVerifierKey(formatVerifierKey(key)), key);
  assert.throws(() => parseVerifierKey(formatVerifierKey(key).replace('assay', 'essay')), {
    code: 'bad-key',
  });
  assert.throws(() => createNoteKey('two words', key.publicKey), { code: 'bad-key' });
});

test('a note signed and cosigned verifies under both keys', () => {
  const signed = signNote(text, 'assay.example/log', secretKey);
  const cosigned = cosignNote(text, 'witness.example', witnessKey, 1_800_000_000);
  const note = parseNote(toUtf8(formatNote({ text, signatures: [signed, cosigned] })));
  assert.equal(note.text, text);
  assert.deepEqual(
    assertSignedBy(note, createNoteKey('assay.example/log', ed25519.getPublicKey(secretKey))),
    {},
  );
  const witness = createNoteKey(
    'witness.example',
    ed25519.getPublicKey(witnessKey),
    noteAlgorithm.cosignature,
  );
  assert.deepEqual(assertSignedBy(note, witness), { time: 1_800_000_000 });
  assert.throws(() => assertSignedBy(note, createNoteKey('stranger', witness.publicKey)), {
    code: 'unknown-key',
  });
  assert.equal(parseCheckpoint(note.text).size, 3);
});

test('no single changed byte of a signed note is accepted', () => {
  const bytes = toUtf8(formatNote({ text, signatures: [signNote(text, 'assay.example/log', secretKey)] }));
  const key = createNoteKey('assay.example/log', ed25519.getPublicKey(secretKey));
  for (let i = 0; i < bytes.length; i += 1) {
    for (const flip of [0x01, 0x20, 0x80]) {
      const changed = Uint8Array.from(bytes);
      changed[i] = (changed[i] ?? 0) ^ flip;
      assert.throws(() => assertSignedBy(parseNote(changed), key), /./, `byte ${i} with ${flip}`);
    }
  }
});

test('a checkpoint has one spelling', () => {
  for (const broken of [
    text.replace('\n3\n', '\n03\n'),
    text.replace('\n3\n', '\n-3\n'),
    `${text}\n`,
    text.slice(0, -1),
    '\n1\nAAAA\n',
  ]) {
    assert.throws(() => parseCheckpoint(broken), /./, JSON.stringify(broken));
  }
});
