// Loaded into each measured process: its largest memory, in KiB, goes to the file descriptor that the benchmark opened.
process.on("exit", () => {
  require("node:fs").writeSync(3, `${process.resourceUsage().maxRSS}\n`);
});
