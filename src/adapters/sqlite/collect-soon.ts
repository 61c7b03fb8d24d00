/**
 * Has V8 collect the heap of the calling thread, in small steps. V8 begins a collection when something is
 * allocated and at no other time, so that where nothing is allocated any more garbage stays. It counts
 * memory of buffers as allocated, also while none of their pages was ever touched and the system holds none.
 */
export const collectSoon = (): void => {
  try {
    void new ArrayBuffer(pressureBytes);
  } catch {
    // Where the system promises no more memory than it has there may be none for this: the heap stays as it is.
  }
};

/** V8 collects with 64 MiB of them since it did last; with half of the largest heap at once, and not in steps. */
const pressureBytes = 72 * 2 ** 20;
