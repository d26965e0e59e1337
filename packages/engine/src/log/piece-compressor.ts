import { createZstdCompress } from 'node:zlib';

/** One zstd frame, made of pieces as they come. */
export interface PieceCompressor {
  /** What there is of the frame by now. The piece is done with when this resolves: its memory may be used again. */
  add(piece: Buffer): Promise<Buffer[]>;
  /** The rest of the frame. */
  end(): Promise<Buffer[]>;
}

export function createPieceCompressor(): PieceCompressor {
  const stream = createZstdCompress();
  let out: Buffer[] = [];
  stream.on('data', (bytes: Buffer) => out.push(bytes));
  const takeOut = (): Buffer[] => {
    const taken = out;
    out = [];
    return taken;
  };
  return {
    async add(piece) {
      await new Promise<void>((resolve, reject) => {
        stream.write(piece, (error) => (error ? reject(error) : resolve()));
      });
      return takeOut();
    },
    async end() {
      await new Promise<void>((resolve, reject) => {
        stream.once('error', reject).once('end', resolve).end();
      });
      return takeOut();
    },
  };
}
