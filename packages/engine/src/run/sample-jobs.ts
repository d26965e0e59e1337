import { toSampleEntry } from '../log/entry-names.ts';
import type { Sample } from '../semantics/sample.ts';
import type { SampleSource } from '../task/sample-source.ts';

/** One sample in one epoch. */
export interface SampleJob {
  sample: Sample;
  /** 1-based. */
  epoch: number;
}

/** What is to be run, in order: all samples of the first epoch, then of the second, … */
export class SampleJobs {
  /** Jobs met so far, those left out because they are finished counted. */
  met = 0;
  /** True once the last one was met: then `met` is how many there are. */
  exhausted = false;
  readonly #source: SampleSource;
  readonly #epochs: number;
  readonly #finished: ReadonlySet<string>;

  /** @param finished log entries of the samples that need no run */
  constructor(source: SampleSource, epochs: number, finished: ReadonlySet<string>) {
    this.#source = source;
    this.#epochs = epochs;
    this.#finished = finished;
  }

  async *jobs(): AsyncGenerator<SampleJob> {
    for (let epoch = 1; epoch <= this.#epochs; epoch++) {
      for await (const sample of this.#source.samples()) {
        this.met++;
        if (!this.#finished.has(toSampleEntry(sample.id, epoch))) yield { sample, epoch };
      }
    }
    this.exhausted = true;
  }
}
