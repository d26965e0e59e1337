import type { RetryNotice } from '../model/model.ts';
import type { LimitedModel } from '../model/openai-model.ts';

export type OpenModel = (name: string, onRetry: (notice: RetryNotice) => void) => LimitedModel;

/** The models of a run, each opened once and closed with the run. */
export class ModelSet {
  readonly #open: OpenModel;
  readonly #onRetry: (notice: RetryNotice) => void;
  readonly #models = new Map<string, LimitedModel>();

  constructor(open: OpenModel, onRetry: (notice: RetryNotice) => void) {
    this.#open = open;
    this.#onRetry = onRetry;
  }

  get(name: string): LimitedModel {
    let model = this.#models.get(name);
    if (!model) {
      model = this.#open(name, this.#onRetry);
      this.#models.set(name, model);
    }
    return model;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#models.values()].map((model) => model.close()));
  }
}
