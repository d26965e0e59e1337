import { Command } from 'commander';
import { addEvalFlags, readEvalFlags } from '../eval-options.ts';
import { runEval } from '../run-eval.ts';
import type { Surroundings } from '../surroundings.ts';

const EXAMPLES = `
Examples:
  $ assay eval hf/org/bench --model openai-api/local/llama --model-base-url http://127.0.0.1:8000/v1
  $ assay eval hf/org/bench/task@df154a5 --model openai-api/local/llama --limit 20 --temperature 0
  $ assay eval ./bench#task --model openai-api/mock/echo --model-base-url http://127.0.0.1:8080/v1
  $ assay eval ./my-task.ts --model openai-api/local/llama           # a task in code; it is run
  $ assay eval lm-eval/gsm8k --tasks-path lm-evaluation-harness/lm_eval/tasks --model openai-api/local/llama
  $ assay eval hf/org/bench --model openai-api/local/llama --engine inspect       # the real Inspect AI
  $ assay eval lighteval/gsm8k --model openai-api/local/llama --engine lighteval --engine-python ./venv

Names, flags and variables are Inspect's: INSPECT_EVAL_MODEL, INSPECT_LOG_DIR, SERVICE_API_KEY and
SERVICE_BASE_URL for openai-api/SERVICE/MODEL. HF_ENDPOINT and HF_TOKEN name the hub.

Exit codes: 0 all runs succeeded, 1 a run failed or could not start, 2 the command was not understood,
130 interrupted (what is finished is in the log; the last line says how to go on).
`;

/** `assay eval TASK`: runs a benchmark and leaves a log. */
export function createEvalCommand(surroundings: Surroundings): Command {
  const command = new Command('eval')
    .description('Run a benchmark against a model and leave a log.')
    .argument(
      '<task>',
      'hf/ORG/NAME[/TASK][@REVISION], a folder with an eval.yaml, ./FILE.ts, or lm-eval/TASK',
    )
    .addHelpText('after', EXAMPLES);
  return addEvalFlags(command).action(async (task: string) => {
    const flags = readEvalFlags(command, surroundings.env, surroundings.columns !== null);
    await runEval(task, flags, surroundings);
  });
}
