/** Milliseconds of the machine's monotonic clock: the same in every thread, and without memory for each reading. */
const beganMs = Number(process.hrtime.bigint()) / 1e6 - performance.now();

export const monotonicMs = (): number => beganMs + performance.now();
