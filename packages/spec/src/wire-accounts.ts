/** `GET /api/whoami-v2`. JavaScript's client needs `auth` to be an object; the command line needs `orgs`, if empty. */
export interface WireWhoami {
  type: 'user' | 'org' | 'app';
  id: string;
  name: string;
  fullname: string;
  email: string | null;
  emailVerified: boolean;
  canPay: boolean;
  isPro: boolean;
  periodEnd: number | null;
  avatarUrl: string;
  billingMode?: string;
  orgs: WireOrg[];
  auth: {
    type: 'access_token';
    accessToken: { displayName: string; role: WireTokenRole; createdAt: string };
  };
}

export type WireTokenRole = 'read' | 'write' | 'fineGrained';

export interface WireOrg {
  type: 'org';
  id: string;
  name: string;
  fullname: string;
  email: string | null;
  canPay: boolean;
  periodEnd: number | null;
  avatarUrl: string;
  isEnterprise: boolean;
  roleInOrg: 'admin' | 'write' | 'contributor' | 'read';
}

/** Who owns a repo or made something. `org` is read as an organisation, anything else as a user. */
export interface WireAuthor {
  type: 'user' | 'org';
  name: string;
  fullname: string;
  avatarUrl: string;
  isHf?: boolean;
  isPro?: boolean;
}
