/** First words of the paths that the hub answers itself. Account names may not be one of them. */
const ownPrefixes = /^\/(api|healthz|\.well-known|oauth|lfs|xet|tlog|v1)(\/|$)/;
const gitPaths = /\/(info\/refs|git-upload-pack|git-receive-pack)$|\/info\/lfs\//;
const filePaths = /^\/((datasets|spaces)\/)?[^/]+\/[^/]+\/(resolve|raw)\//;

/** Whether a path is the hub's; everything else is a page. */
export function isHubPath(path: string): boolean {
  return ownPrefixes.test(path) || gitPaths.test(path) || filePaths.test(path);
}

/** Whether a host is that of the Hub's data set viewer, whose name clients make from the hub's own. It is not here. */
export function isViewerHost(host: string): boolean {
  return host.startsWith('datasets-server.');
}
