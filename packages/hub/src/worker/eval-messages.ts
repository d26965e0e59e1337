import type { RunProgress } from '@assay/engine';
import type { HubAccess } from './http-hub-files.ts';

/** What a worker tells the process that evaluates. It travels over the pipe between the two, never in arguments. */
export interface EvalOrder {
  task: string;
  /** The engine's name: `openai-api/PROVIDER/MODEL`. */
  model: string;
  modelBaseUrl: string;
  limit?: number;
  connections?: number;
  /** Folder for logs; what an earlier attempt left there is gone on from. */
  logDir: string;
  cacheDir: string;
  hub: HubAccess;
  /** Keys of models by their variables' names. */
  keys: Record<string, string>;
  /** Where other models (judges) are served: `SERVICE_BASE_URL` to URL. */
  places: Record<string, string>;
  /** Folder of an installed inspect_ai, whose prompt texts are used. */
  inspectPackage?: string;
}

/** How an evaluation ended. */
export interface EvalEnd {
  kind: 'end';
  logPath: string;
  status: string;
  error?: string;
}

/** What the evaluating process tells its worker. */
export type EvalNews =
  | { kind: 'note'; text: string }
  | { kind: 'progress'; progress: RunProgress }
  | EvalEnd
  /** The engine refused: nothing was run. */
  | { kind: 'refused'; code: string; message: string };
