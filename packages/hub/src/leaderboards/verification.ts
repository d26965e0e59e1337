import type { FoundResult, Verdict } from './result-query.ts';

/** What became of a token, as Assay's own API tells it. */
export interface ApiVerification {
  code: Verdict['code'];
  /** One sentence, for people. */
  reason: string;
  /** Digest of the statement. */
  statement?: string;
  issuer?: string;
  level?: string;
}

const reasons: Record<Verdict['code'], string> = {
  verified: 'a trusted issuer vouches for it, and a published checkpoint of the log covers that',
  'unknown-token': 'it carries a token that no statement kept here belongs to',
  'issuer-distrusted': 'this hub does not trust the issuer of its token',
  'key-revoked': 'the key that signed its token was revoked',
  'other-model': 'its token is about another model',
  'other-dataset': 'its token is about another benchmark',
  'other-task': 'its token is about another task',
  'other-revision': 'its token is about another revision of the benchmark',
  'other-value': 'its token is about another value',
  'other-setup': 'its token is about another setup',
  'level-too-low': 'what its issuer vouches for is not enough for the badge here',
  'not-covered': 'no published checkpoint of the log covers its statement yet',
};

export function toVerification(verdict: Verdict): ApiVerification {
  const { code, statement, issuer, level, revocationReason } = verdict;
  return {
    code,
    reason: revocationReason ? `${reasons[code]}: ${revocationReason}` : reasons[code],
    ...(statement && { statement }),
    ...(issuer && { issuer }),
    ...(level && { level }),
  };
}

/** A closed result stays closed, whoever vouches for it. */
export function isVerified(found: Pick<FoundResult, 'verdict' | 'standing'>): boolean {
  return found.verdict?.code === 'verified' && found.standing !== 'closed';
}
