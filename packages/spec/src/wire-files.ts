/** `POST …/preupload/{rev}`. */
export interface WirePreupload {
  files: { path: string; size: number; sample?: string }[];
  gitIgnore?: string;
  gitAttributes?: string;
}

export interface WirePreuploadAnswer {
  files: {
    path: string;
    uploadMode: 'regular' | 'lfs';
    /** Required: clients drop the file without a word when it is true. */
    shouldIgnore: boolean;
    /** Of the file now at this path: git's blob id for a regular one, SHA-256 for LFS. */
    oid?: string;
  }[];
  commitOid?: string;
}

/** One line of `POST …/commit/{rev}`. */
export type WireCommitLine =
  | { key: 'header'; value: { summary: string; description?: string; parentCommit?: string } }
  | { key: 'file'; value: { path: string; content: string; encoding?: 'base64' | 'utf-8'; oldPath?: string } }
  | { key: 'lfsFile'; value: { path: string; algo?: string; oid: string; size?: number; oldPath?: string } }
  | { key: 'deletedFile' | 'deletedFolder' | 'deletedEntry'; value: { path: string } };

/** `commitUrl` is exactly `<repo url>/commit/<40 hex>`; `pullRequestUrl` ends in the number. */
export interface WireCommitAnswer {
  success: true;
  commitOid: string;
  commitUrl: string;
  hookOutput: string;
  pullRequestUrl?: string;
}

/** `POST /api/validate-yaml`: always JSON, whatever the status. */
export interface WireYamlAnswer {
  errors: { message: string }[];
  warnings: { message: string }[];
}

/** `POST {repo}.git/info/lfs/objects/batch`. */
export interface WireLfsBatch {
  operation: 'upload' | 'download';
  transfers?: string[];
  objects: { oid: string; size: number }[];
  hash_algo?: string;
  ref?: { name: string };
}

export interface WireLfsAction {
  href: string;
  header?: Record<string, string>;
  expires_in?: number;
}

export interface WireLfsObject {
  oid: string;
  size: number;
  authenticated?: true;
  /** Left out when the object is stored already; null would crash Python's client. */
  actions?: { upload?: WireLfsAction; verify?: WireLfsAction; download?: WireLfsAction };
  error?: { code: number; message: string };
}

export interface WireLfsBatchAnswer {
  transfer: 'basic' | 'multipart';
  objects: WireLfsObject[];
  hash_algo: 'sha256';
}
