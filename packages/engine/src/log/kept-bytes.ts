const BLOCK = 1 << 16;

/**
 * Bytes that are only added to, in blocks of their own. Small buffers of Node's lie in a memory shared with others:
 * one that is kept keeps all 64 KB of it.
 */
export class KeptBytes {
  size = 0;
  readonly #full: Buffer[] = [];
  #block = Buffer.allocUnsafeSlow(BLOCK);
  #used = 0;

  /** A copy is kept. */
  add(bytes: Buffer): void {
    for (let from = 0; from < bytes.length; ) {
      const copied = bytes.copy(this.#block, this.#used, from);
      from += copied;
      this.#used += copied;
      if (this.#used === BLOCK) this.#nextBlock();
    }
    this.size += bytes.length;
  }

  #nextBlock(): void {
    this.#full.push(this.#block);
    this.#block = Buffer.allocUnsafeSlow(BLOCK);
    this.#used = 0;
  }

  /** All of them, in order. */
  pieces(): Buffer[] {
    return [...this.#full, this.#block.subarray(0, this.#used)];
  }
}
