export type * from './eval-log.ts';
export { EVAL_LOG_VERSION } from './eval-log.ts';
