import { optional, required } from './key.ts';
import { text, witnessList } from './readers.ts';

/** Who signs, and who looks on. */
export const trustKeys = {
  witnesses: required({
    env: 'ASSAY_WITNESSES',
    sentence:
      "Witnesses that are asked to cosign the log's checkpoints, each NAME+HASH+KEY@https://address, parted by commas. assay witness runs one.",
    reader: witnessList,
    fallback: [],
  }),
  statementKeyFile: optional({
    env: 'ASSAY_STATEMENT_KEY_FILE',
    sentence:
      'Ed25519 private key (PKCS#8, PEM) that signs statements and tokens, instead of one kept in the database.',
    reader: text,
  }),
  statementKeyCommand: optional({
    env: 'ASSAY_STATEMENT_KEY_COMMAND',
    sentence:
      'Program that signs statements and tokens with an Ed25519 key of its own, as a key service does: "PROGRAM public" prints the public key, "PROGRAM sign" reads a message and prints its signature, all in base64.',
    reader: text,
  }),
};
