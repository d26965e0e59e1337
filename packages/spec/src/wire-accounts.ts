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
    accessToken: {
      displayName: string;
      role: WireTokenRole;
      createdAt: string;
      fineGrained?: WireFineGrained;
    };
  };
}

/** What a fine-grained token opens. Permissions are the Hub's words: `repo.content.read`, `repo.write`, `discussion.write`. */
export interface WireFineGrained {
  canReadGatedRepos: boolean;
  global: string[];
  scoped: { entity: WireScopeEntity; permissions: string[] }[];
}

export interface WireScopeEntity {
  _id: string;
  type: 'user' | 'org' | 'model' | 'dataset' | 'space';
  name: string;
}

/** `GET /api/…/user-access-request/{status}`. Python needs `requestId`, and reads `user` if it is there. */
export interface WireAccessRequest {
  requestId: string;
  user?: { _id: string; user: string; fullname: string; type: 'user'; avatarUrl: string; email?: string };
  status: 'pending' | 'accepted' | 'rejected';
  timestamp: string;
  fields?: Record<string, unknown>;
  rejectionReason?: string;
}

/** `GET /api/users/{name}/overview`. */
export interface WireUserOverview {
  _id: string;
  user: string;
  name: string;
  fullname: string;
  type: 'user';
  avatarUrl: string;
  isPro: boolean;
  createdAt: string;
  numModels: number;
  numDatasets: number;
  numSpaces: number;
  numDiscussions: number;
  numPapers: number;
  numUpvotes: number;
  numLikes: number;
  numFollowing: number;
  numFollowers: number;
  orgs: { _id: string; name: string; fullname: string; avatarUrl: string }[];
}

/** `GET /api/organizations/{name}/overview`. */
export interface WireOrgOverview {
  _id: string;
  name: string;
  fullname: string;
  type: 'org';
  avatarUrl: string;
  isVerified: boolean;
  createdAt: string;
  numUsers: number;
  numModels: number;
  numDatasets: number;
  numSpaces: number;
  numFollowers: number;
  /** Whether the asker is a member. */
  isMember: boolean;
}

/** One person in a list: members, likers, followers. `role` is told to members only. */
export interface WireListedUser {
  _id: string;
  user: string;
  fullname: string;
  type: 'user';
  avatarUrl: string;
  isPro: boolean;
  role?: WireOrg['roleInOrg'];
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
