/**
 * Values of `evaluation_framework` known when this was written: the list kept in `@huggingface/tasks` 0.21.54. It grows
 * often, so a value outside it is a warning, never a refusal.
 */
export const EVALUATION_FRAMEWORKS: readonly string[] = [
  'exgentic',
  'inspect-ai',
  'math-arena',
  'mteb',
  'olmocr-bench',
  'harbor',
  'ifstruct',
  'pier',
  'redline-bench',
  'archipelago',
  'benchflow',
  'apex-evals',
  'screenspot-pro',
  'swe-bench',
  'swe-bench-pro',
  'nemo-evaluator',
  'yc-bench',
  'open-asr-leaderboard',
  'mdpbench',
  'real5-omnidocbench',
  'parsebench',
  'video-mme-v2',
  'claw-eval',
  'researchclawbench',
  'pbench',
  'wildclawbench',
  'wbench',
  'nanofold',
  'mmmu',
  'extractbench',
];

/** The framework whose tasks this project can run, and whose task fields are a closed list. */
export const INSPECT_FRAMEWORK = 'inspect-ai';
