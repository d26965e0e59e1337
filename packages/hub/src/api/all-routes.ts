import type { HubContext } from '../context.ts';
import type { HubApp } from '../http/app.ts';
import { routes as accessRequests } from './access-requests.ts';
import { routes as accounts } from './accounts.ts';
import { routes as acts } from './acts.ts';
import { routes as assayJobs } from './assay-jobs.ts';
import { routes as audit } from './audit.ts';
import { routes as benchmarks } from './benchmarks.ts';
import { routes as branches } from './branches.ts';
import { routes as buckets } from './buckets.ts';
import { routes as commit } from './commit.ts';
import { routes as commits } from './commits.ts';
import { routes as compare } from './compare.ts';
import { routes as contested } from './contested.ts';
import { routes as deviceLogin } from './device-login.ts';
import { routes as discussions } from './discussions.ts';
import { routes as evidence } from './evidence.ts';
import { routes as gitHttp } from './git-http.ts';
import { routes as heldFiles } from './held-files.ts';
import { routes as info } from './info.ts';
import { routes as jobs } from './jobs.ts';
import { routes as leaderboard } from './leaderboard.ts';
import { routes as lfs } from './lfs.ts';
import { routes as likes } from './likes.ts';
import { routes as lists } from './lists.ts';
import { routes as mirrors } from './mirrors.ts';
import { routes as oauthApps } from './oauth-apps.ts';
import { routes as oauthProvider } from './oauth-provider.ts';
import { routes as oauthToken } from './oauth-token.ts';
import { routes as oidc } from './oidc.ts';
import { routes as overviews } from './overviews.ts';
import { routes as ownRepos } from './own-repos.ts';
import { routes as people } from './people.ts';
import { routes as plans } from './plans.ts';
import { routes as preupload } from './preupload.ts';
import { routes as refs } from './refs.ts';
import { routes as registry } from './registry.ts';
import { routes as repos } from './repos.ts';
import { routes as resolve } from './resolve.ts';
import { routes as results } from './results.ts';
import { routes as session } from './session.ts';
import { routes as signUp } from './sign-up.ts';
import { routes as storage } from './storage.ts';
import { routes as system } from './system.ts';
import { routes as tagLists } from './tag-lists.ts';
import { routes as tlog } from './tlog.ts';
import { routes as tokens } from './tokens.ts';
import { routes as tree } from './tree.ts';
import { routes as trust } from './trust.ts';
import { routes as validateYaml } from './validate-yaml.ts';
import { routes as webhooks } from './webhooks.ts';
import { routes as whoami } from './whoami.ts';
import { routes as xet } from './xet.ts';

/** Every module of `api/`, in the order in which its paths are tried. */
export const allRoutes: ((app: HubApp, ctx: HubContext) => void)[] = [
  system,
  session,
  whoami,
  signUp,
  people,
  deviceLogin,
  oauthToken,
  oauthProvider,
  oauthApps,
  oidc,
  audit,
  ownRepos,
  storage,
  tagLists,
  accounts,
  tokens,
  overviews,
  repos,
  gitHttp,
  accessRequests,
  acts,
  assayJobs,
  benchmarks,
  branches,
  buckets,
  commit,
  compare,
  commits,
  contested,
  discussions,
  evidence,
  info,
  jobs,
  leaderboard,
  lfs,
  heldFiles,
  likes,
  lists,
  mirrors,
  plans,
  preupload,
  refs,
  registry,
  resolve,
  results,
  tlog,
  tree,
  trust,
  validateYaml,
  webhooks,
  xet,
];
