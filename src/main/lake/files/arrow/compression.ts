import { CompressionType, compressionRegistry } from 'apache-arrow';
import { decompress } from 'fzstd';
import { unpackLz4 } from './lz4-frame';

/** Lets apache-arrow read the two compressions that the format allows (Feather files use LZ4 unless told otherwise). */
export async function registerCompression(): Promise<void> {
  compressionRegistry.set(CompressionType.LZ4_FRAME, { decode: unpackLz4 });
  compressionRegistry.set(CompressionType.ZSTD, { decode: (data: Uint8Array) => decompress(data) });
}
