/**
 * A web stream over an iterable of bytes. The first piece is awaited before the stream is handed out, so that an error
 * before the first byte becomes an HTTP status and not a broken body. Closing the stream ends the iterable.
 */
export async function byteStream(source: AsyncIterable<Uint8Array>): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
  const iterator = source[Symbol.asyncIterator]();
  let next: IteratorResult<Uint8Array> | undefined = await iterator.next();
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        const piece = next ?? (await iterator.next());
        next = undefined;
        if (piece.done) controller.close();
        else controller.enqueue(piece.value as Uint8Array<ArrayBuffer>);
      },
      async cancel() {
        await iterator.return?.();
      },
    },
    { highWaterMark: 2 },
  );
}
