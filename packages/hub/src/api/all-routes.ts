import type { HubContext } from '../context.ts';
import type { HubApp } from '../http/app.ts';
import { routes as accounts } from './accounts.ts';
import { routes as gitHttp } from './git-http.ts';
import { routes as repos } from './repos.ts';
import { routes as session } from './session.ts';
import { routes as system } from './system.ts';

/** Every module of `api/`, in the order in which its paths are tried. */
export const allRoutes: ((app: HubApp, ctx: HubContext) => void)[] = [system, session, accounts, repos, gitHttp];
