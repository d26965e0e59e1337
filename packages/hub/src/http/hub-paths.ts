/** First words of the paths that the hub answers itself. Account names may not be one of them. */
const ownPrefixes = /^\/(api|healthz|\.well-known|oauth|lfs|xet|tlog|v1)(\/|$)/;
const gitPaths = /\/(info\/refs|git-upload-pack|git-receive-pack)$|\/info\/lfs\//;
/** The page on which people let an app in: its address is what apps expect of a hub. */
const ownPage = '/oauth/authorize';
const filePaths = /^\/((datasets|spaces)\/)?[^/]+\/[^/]+\/(resolve|raw)\//;

/** Whether a path is the hub's; everything else is a page. */
export function isHubPath(path: string): boolean {
  return (ownPrefixes.test(path) && path !== ownPage) || gitPaths.test(path) || filePaths.test(path);
}

/** Whether a host is that of the Hub's data set viewer, whose name clients make from the hub's own. It is not here. */
export function isViewerHost(host: string): boolean {
  return host.startsWith('datasets-server.');
}

const id = '[^/?]+';
const sharedApi = new RegExp(
  `^/api/(models|datasets|assay/(home|benchmarks|results/${id}|(benchmarks/${id}/${id}(/board)?)|models/${id}/${id}/results)|datasets/${id}/${id}/leaderboard)$`,
);
const sharedPages = new RegExp(
  `^/(models|datasets|benchmarks|results/${id}|(datasets/)?${id}/${id}(/embed/leaderboard)?)?$`,
);
/** First words of pages that are one visitor's own, and of files that are no pages. */
const ownPages =
  /^\/(_app|settings|setup|login|logout|new|join|device|oauth|invitations?|admin|jobs|evidence)(\/|$)/;

/** Whether a path leads to something that is the same for everybody who says nothing about themselves: boards, lists, pages. */
export function isSharedPath(url: string): boolean {
  const path = url.split('?', 1)[0]!;
  if (isHubPath(path)) return sharedApi.test(path);
  return sharedPages.test(path) && !ownPages.test(path);
}
