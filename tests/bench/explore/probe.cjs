// Loaded into the backend: how long its event loop stood still at most since the last time it was asked. SIGUSR2 writes
// that to the file named in MILLRACE_BENCH_PROBE and begins anew. `own` leaves out the time in which the thread could
// run and had no processor, which is other programs' doing (Linux alone tells it).
const { readFileSync, renameSync, writeFileSync } = require('node:fs');
const { monitorEventLoopDelay } = require('node:perf_hooks');

const TICK = 4;

/** Milliseconds for which this thread waited for a processor since it began. */
function waited() {
  try {
    return Number(readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')[1]) / 1e6;
  } catch {
    return 0; // not Linux
  }
}

const file = process.env.MILLRACE_BENCH_PROBE;
if (file) {
  const delays = monitorEventLoopDelay({ resolution: 1 });
  delays.enable();
  let own = 0;
  let at = performance.now();
  let waitedBefore = waited();
  setInterval(() => {
    const [now, waitedNow] = [performance.now(), waited()];
    own = Math.max(own, now - at - TICK - (waitedNow - waitedBefore));
    at = now;
    waitedBefore = waitedNow;
  }, TICK).unref();
  process.on('SIGUSR2', () => {
    const told = {
      max: delays.max / 1e6,
      p99: delays.percentile(99) / 1e6,
      own,
      rss: process.memoryUsage().rss,
    };
    writeFileSync(`${file}.half`, JSON.stringify(told));
    renameSync(`${file}.half`, file);
    delays.reset();
    own = 0;
  });
}
