import type { LogError } from '@assay/spec';
import { toSampleEntry } from '../log/entry-names.ts';
import type { Sample } from '../semantics/sample.ts';
import type { SampleSource } from '../task/sample-source.ts';

/** One sample in one epoch. */
export interface SampleJob {
  sample: Sample;
  /** 1-based. */
  epoch: number;
  /** How earlier tries at it ended. */
  failures: LogError[];
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
  readonly #jobs: AsyncGenerator<SampleJob, undefined>;
  #ahead: IteratorResult<SampleJob, undefined> | null = null;

  /** @param finished log entries of the samples that need no run */
  constructor(source: SampleSource, epochs: number, finished: ReadonlySet<string>) {
    this.#source = source;
    this.#epochs = epochs;
    this.#finished = finished;
    this.#jobs = this.#read();
  }

  /**
   * Reads up to the first job, so that rows which do not fit their task show before anything is written.
   * @throws SemanticsError, EngineError of the dataset
   */
  async peek(): Promise<void> {
    this.#ahead ??= await this.#jobs.next();
  }

  /** May be taken once. Not a generator around the generator: each would add promises to every sample. */
  jobs(): AsyncIterable<SampleJob> {
    const next = (): Promise<IteratorResult<SampleJob, undefined>> => {
      const ahead = this.#ahead;
      this.#ahead = null;
      return ahead ? Promise.resolve(ahead) : this.#jobs.next();
    };
    return { [Symbol.asyncIterator]: () => ({ next, return: () => this.#jobs.return(undefined) }) };
  }

  async *#read(): AsyncGenerator<SampleJob, undefined> {
    for (let epoch = 1; epoch <= this.#epochs; epoch++) {
      for await (const sample of this.#source.samples()) {
        this.met++;
        if (!this.#finished.has(toSampleEntry(sample.id, epoch))) yield { sample, epoch, failures: [] };
      }
    }
    this.exhausted = true;
  }
}
