import type { TokenLogprob } from '../model/completion-wire.ts';
import type { ModelOutput } from '../semantics/chat.ts';
import { emptyOutput } from '../semantics/chat.ts';
import { SemanticsError } from '../semantics/error.ts';
import type { GenerateConfig } from '../semantics/generate-config.ts';
import type { Generate, SolverFactory } from '../semantics/solver/solver.ts';
import type { TaskState } from '../semantics/state.ts';
import { factsKey, factsOf, type LikelihoodRequest } from './facts.ts';
import { type Likelihood, largest } from './metrics.ts';

/** Asks the same prompt several times; the answers stand in the sample's store. */
export const lmEvalRepeats: SolverFactory = (args) => {
  const { repeats, ...config } = args as { repeats: number } & GenerateConfig;
  return {
    name: 'lm_eval_repeats',
    solve: async (state, send) => {
      const answers: string[] = [];
      for (let left = repeats; left > 0; left -= 1) {
        const output = await ask(state, send, state.messages, config);
        answers.push(output.completion);
        state.output = output;
      }
      state.store[factsKey] = { answers };
      return state;
    },
  };
};

/** Asks for the log-probability of each continuation; they stand in the sample's store. */
export const lmEvalLikelihood: SolverFactory = () => ({
  name: 'lm_eval_likelihood',
  solve: async (state, send) => {
    const likelihoods: Likelihood[] = [];
    for (const request of factsOf(state.metadata).requests ?? []) {
      const content = request.context + request.continuation;
      const output = await ask(state, send, [{ role: 'user', content }], echoSettings);
      likelihoods.push(readLikelihood(output, request));
    }
    const { choices } = factsOf(state.metadata);
    const chosen = choices?.[largest(likelihoods.slice(0, choices.length).map((one) => one.logprob))] ?? '';
    state.output = { ...emptyOutput(state.model), completion: chosen };
    state.store[factsKey] = { likelihoods };
    return state;
  },
});

/** The prompt is answered with itself and its log-probabilities; one token more, because some endpoints need one. */
const echoSettings: GenerateConfig = {
  max_tokens: 1,
  temperature: 0,
  extra_body: { echo: true, logprobs: 1 },
};

/** One call that leaves the conversation as it is. */
async function ask(
  state: TaskState,
  send: Generate,
  messages: TaskState['messages'],
  config: GenerateConfig,
): Promise<ModelOutput> {
  return (await send({ ...state, messages: [...messages] }, config)).output;
}

/** Sums up the tokens behind the context. Throws `no-logprobs` when the endpoint did not give the prompt's. */
function readLikelihood(output: ModelOutput, request: LikelihoodRequest): Likelihood {
  const given = output.choices[0]?.logprobs as { content?: TokenLogprob[] } | undefined;
  const tokens = given?.content ?? [];
  const from = Array.from(request.context).length;
  const to = from + Array.from(request.continuation).length;
  const ends = tokenEnds(tokens);
  const counted = tokens.filter((_token, at) => (ends[at - 1] ?? 0) < to && ends[at]! > from);
  if (counted.length === 0) throw noLogprobs();
  let logprob = 0;
  let greedy = true;
  for (const token of counted) {
    if (Number.isNaN(token.logprob)) throw noLogprobs();
    logprob += token.logprob;
    const best = Math.max(...(token.top_logprobs ?? []).map((one) => one.logprob));
    greedy &&= token.logprob >= best;
  }
  return { logprob, greedy };
}

/** Where each token ends, in characters: where the next one begins, or by the tokens' own texts. */
function tokenEnds(tokens: TokenLogprob[]): number[] {
  const byText: number[] = [];
  for (const [at, { token, text_offset: offset }] of tokens.entries()) {
    const begin = offset ?? byText[at - 1] ?? 0;
    byText.push(tokens[at + 1]?.text_offset ?? begin + Array.from(token).length);
  }
  return byText;
}

function noLogprobs(): SemanticsError {
  return new SemanticsError('no-logprobs', 'the endpoint gives no log-probabilities of the prompt', {
    hint: 'chat endpoints never do; use a completions endpoint that takes "echo" and "logprobs"',
  });
}

/** The answers of a sample: of a repeated prompt, else the one the conversation ends in. */
export function readAnswers(state: TaskState): string[] {
  const stored = state.store[factsKey] as { answers?: string[] } | undefined;
  return stored?.answers ?? [state.output.completion];
}

/** Throws `no-logprobs` when none were asked for. */
export function readLikelihoods(state: TaskState): Likelihood[] {
  const stored = state.store[factsKey] as { likelihoods?: Likelihood[] } | undefined;
  if (!stored?.likelihoods?.length) throw noLogprobs();
  return stored.likelihoods;
}
