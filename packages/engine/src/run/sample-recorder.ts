import type { LogEvent } from '@assay/spec';
import type { CallContext, Model } from '../model/model.ts';
import { toCost } from '../model/model-price.ts';
import type { ChatMessage, ModelOutput } from '../semantics/chat.ts';
import type { GenerateConfig } from '../semantics/generate-config.ts';
import { assertAffordable, type CostLedger } from './cost-ledger.ts';
import { MessagePool } from './message-pool.ts';
import type { Spent } from './sample-limits.ts';
import { newShortId } from './short-id.ts';
import { addUsage, totalCost, totalTokens, type UsageByModel } from './usage.ts';

/** What happens while one sample runs: its calls, what they used, how long it only waited. */
export class SampleRecorder {
  startedAt = new Date();
  readonly events: LogEvent[] = [];
  readonly pool = new MessagePool();
  readonly usage: UsageByModel = {};
  readonly roleUsage: UsageByModel = {};
  #began = performance.now();
  #isConnected = false;
  readonly #epoch: number;
  readonly #ledger: CostLedger;
  /** Milliseconds spent waiting for connections and retries. */
  #waited = 0;

  constructor(epoch: number, ledger: CostLedger) {
    this.#epoch = epoch;
    this.#ledger = ledger;
  }

  /** Calls a model and notes it as an event. */
  async call(
    model: Model,
    messages: ChatMessage[],
    config: GenerateConfig,
    signal: AbortSignal,
    role?: string,
  ): Promise<ModelOutput> {
    assertAffordable(this.#ledger);
    let began = performance.now();
    const event: LogEvent = {
      uuid: newShortId(),
      timestamp: new Date().toISOString(),
      working_start: this.workingTime(began),
      event: 'model',
      model: model.name,
      input: [],
      input_refs: this.pool.refer(messages),
      tools: [],
      tool_choice: 'none',
      config: withoutSecrets(config),
    };
    if (role) event.role = role;
    const onConnection = (): void => {
      assertAffordable(this.#ledger); // others may have spent it while this call waited
      if (!this.#leaveOutWait(began)) return;
      began = performance.now();
      event.timestamp = new Date().toISOString();
    };
    const call: CallContext = { epoch: this.#epoch, onConnection };
    let isSpent = false;
    const spend = (answered: ModelOutput): void => {
      if (!isSpent) this.#ledger.spent += this.#costOf(model, answered);
      isSpent = true;
    };
    // What an answer costs must be known before the next call goes out.
    if (Number.isFinite(this.#ledger.ceiling)) call.onAnswer = spend;
    const output = await model.generate(messages, config, signal, call);
    this.#waited += performance.now() - began - (output.time ?? 0) * 1000;
    if (output.metadata?.cache === 'read') event.cache = 'read';
    else {
      spend(output);
      this.#book(model, output, role);
    }
    event.output = output;
    event.completed = new Date().toISOString();
    event.working_time = output.time ?? 0;
    this.events.push(event);
    return output;
  }

  /** While its first call waits for a connection a sample's time stands still: others are ready so that none is free for long. */
  #leaveOutWait(since: number): boolean {
    if (this.#isConnected || this.events.length > 0) return false;
    this.#isConnected = true;
    const wait = performance.now() - since;
    this.#began += wait;
    this.startedAt = new Date(this.startedAt.getTime() + wait);
    return true;
  }

  #costOf(model: Model, { usage }: ModelOutput): number {
    const price = this.#ledger.prices[model.name];
    return price && usage ? toCost(usage, price) : 0;
  }

  /** Answers out of the cache used nothing. */
  #book(model: Model, output: ModelOutput, role: string | undefined): void {
    if (output.usage && this.#ledger.prices[model.name])
      output.usage.total_cost = this.#costOf(model, output);
    addUsage(this.usage, model.name, output.usage);
    if (role) addUsage(this.roleUsage, role, output.usage);
  }

  spent(turns: number): Spent {
    const { usage } = this;
    return { tokens: totalTokens(usage), cost: totalCost(usage), working: this.workingTime(), turns };
  }

  /** Seconds since the sample began. */
  totalTime(): number {
    return toSeconds(performance.now() - this.#began);
  }

  /** Seconds since the sample began, waiting left out. */
  workingTime(now = performance.now()): number {
    return toSeconds(Math.max(0, now - this.#began - this.#waited));
  }
}

/** Stands in the log for the value of a header. */
const HIDDEN = '[hidden]';

/** Header values may be keys: only their names are logged. */
export function withoutSecrets(config: GenerateConfig): GenerateConfig {
  if (!config.extra_headers) return config;
  const names = Object.keys(config.extra_headers).map((name) => [name, HIDDEN]);
  return { ...config, extra_headers: Object.fromEntries(names) as Record<string, string> };
}

function toSeconds(milliseconds: number): number {
  return Math.round(milliseconds) / 1000;
}
