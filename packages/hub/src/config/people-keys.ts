import { optional, required } from './key.ts';
import { frameworkIds, integer, oneOf, text, token } from './readers.ts';

/** Who may come in, and how much each may ask. */
export const peopleKeys = {
  adminToken: optional({
    env: 'ASSAY_ADMIN_TOKEN',
    sentence:
      'Makes, at start, an administrator named admin with this write token (hf_ and 20 or more letters and digits). Without it, the first start prints a one-time link.',
    reader: token,
    secret: true,
  }),
  signUp: required({
    env: 'ASSAY_SIGN_UP',
    sentence:
      'Who may make an account: closed (administrators make them), invite (and whoever has a one-time link), oidc (and whom the identity provider sends) or open (anyone).',
    reader: oneOf('closed', 'invite', 'oidc', 'open'),
    fallback: 'closed',
  }),
  maintainers: optional({
    env: 'ASSAY_MAINTAINERS',
    sentence:
      'Organisation whose members (of any role but read) decide, beside the administrators, which benchmarks are official.',
    reader: text,
  }),
  evaluationFrameworks: optional({
    env: 'ASSAY_EVALUATION_FRAMEWORKS',
    sentence:
      'Ids of evaluation frameworks known beside the built-in ones, separated by commas. Others are accepted with a warning.',
    reader: frameworkIds,
  }),
  oidcIssuer: optional({
    env: 'ASSAY_OIDC_ISSUER',
    sentence: 'Identity provider (OpenID Connect) through which people may sign in: its issuer address.',
    reader: text,
  }),
  oidcClientId: required({
    env: 'ASSAY_OIDC_CLIENT_ID',
    sentence:
      'Name of this hub at the identity provider; the address to register there is PUBLIC_URL/oauth/callback.',
    reader: text,
    fallback: 'assay',
  }),
  oidcClientSecret: optional({
    env: 'ASSAY_OIDC_CLIENT_SECRET',
    sentence: 'Secret of this hub at the identity provider. Without one, PKCE alone protects the exchange.',
    reader: text,
    secret: true,
  }),
  oidcName: required({
    env: 'ASSAY_OIDC_NAME',
    sentence: 'What the login page calls the identity provider.',
    reader: text,
    fallback: 'your organisation',
  }),
  writesPerWindow: required({
    env: 'ASSAY_WRITES_PER_5_MINUTES',
    sentence:
      'Changes that one account, or one address without an account, may make in five minutes; more are answered 429. Administrators are not limited.',
    reader: integer(1, 1_000_000_000),
    fallback: 1_000,
    unit: 'changes',
  }),
  readsPerWindow: required({
    env: 'ASSAY_READS_PER_5_MINUTES',
    sentence:
      'Other requests that one account, or one address without an account, may send to one hub process in five minutes; more are answered 429.',
    reader: integer(1, 1_000_000_000),
    fallback: 30_000,
    unit: 'requests',
  }),
  sessionDays: required({
    env: 'ASSAY_SESSION_DAYS',
    sentence: 'How long a login in a browser lasts.',
    reader: integer(1, 365),
    fallback: 30,
    unit: 'days',
  }),
  loginFailuresPerMinute: required({
    env: 'ASSAY_LOGIN_FAILURES_PER_MINUTE',
    sentence: 'Failed logins and bad tokens that one client address may send; more are answered 429.',
    reader: integer(1, 100_000),
    fallback: 30,
    unit: 'a minute',
  }),
};
