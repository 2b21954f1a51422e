// Loaded into each measured process: writes its maximum resident set size in KiB to a file descriptor of the benchmark.
process.on("exit", () => {
  require("node:fs").writeSync(3, `${process.resourceUsage().maxRSS}\n`);
});
