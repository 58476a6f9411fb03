// Loaded into the backend by NODE_OPTIONS: how long its event loop stood still at most since the last time it was asked.
// SIGUSR2 writes that to the file named in MILLRACE_BENCH_PROBE and begins anew.
const { writeFileSync, renameSync } = require('node:fs');
const { monitorEventLoopDelay } = require('node:perf_hooks');

const file = process.env.MILLRACE_BENCH_PROBE;
if (file) {
  const delays = monitorEventLoopDelay({ resolution: 1 });
  delays.enable();
  process.on('SIGUSR2', () => {
    const told = { max: delays.max / 1e6, p99: delays.percentile(99) / 1e6, rss: process.memoryUsage().rss };
    writeFileSync(`${file}.half`, JSON.stringify(told));
    renameSync(`${file}.half`, file);
    delays.reset();
  });
}
