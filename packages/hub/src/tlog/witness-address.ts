import { type NoteKey, noteAlgorithm, parseVerifierKey } from '@assay/proof';

/** A witness as the settings name it: whose word, and where to ask. */
export interface WitnessAddress {
  key: NoteKey;
  verifierKey: string;
  /** Prefix below which `add-checkpoint` lies. */
  url: string;
}

/** Parses `NAME+HASH+KEY@https://…`. @throws ProofError, Error when it is something else */
export function parseWitnessAddress(text: string): WitnessAddress {
  const at = text.search(/@https?:\/\//);
  const [verifierKey, url] = [text.slice(0, at), text.slice(at + 1).replace(/\/+$/, '')];
  if (at < 0 || !URL.canParse(url)) throw new Error('a witness reads NAME+HASH+KEY@https://address');
  const key = parseVerifierKey(verifierKey);
  if (key.algorithm !== noteAlgorithm.cosignature)
    throw new Error('this is the key of a log, not of a witness');
  return { key, verifierKey, url };
}
