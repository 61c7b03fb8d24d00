/**
 * Milliseconds that never go back, the same in every thread of the process: an order is stamped in
 * one thread and timed in another. Threads cannot be handed the engine's clock, which is a function;
 * so this file reads time beside `adapters/system`, for durations only, never for instants.
 */
export const monotonicMs = (): number => performance.now() + offsetMs;

const [seconds, nanoseconds] = process.hrtime();
const offsetMs = seconds * 1000 + nanoseconds / 1e6 - performance.now();
