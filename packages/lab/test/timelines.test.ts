import { existsSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { scratchDirectory } from "@dev-one/cli/test/files";
import { execa } from "execa";

import type { HostTimeline, Timelines } from "../src/evidence/timelines";
import { eventTimeline } from "../src/load/event-timeline";
import type { Second } from "../src/load/seconds";

const ROOT = resolve(__dirname, "..", "..", "..");
const NODE = "203.0.113.1:443";
const common = { title: "A zone is lost", marks: [{ second: 1, text: "zone lost" }], foreignCpu: 50 };

function second(failed: number, bucket: number): Second {
  return {
    planned: 1,
    succeeded: {},
    failed: { [`${NODE} timeout`]: failed },
    latency: { [bucket]: 1 },
    answered: 1,
    open: {},
  };
}

const event = eventTimeline({ browser: [second(0, 700)], resolver: [second(2, 800), second(3, 900)] }, common);

test("failures are those of each kind of client by second of sending, and latency is that of all", () => {
  expect(event.failed).toEqual({ browser: [0, 0], resolver: [2, 3] });
  expect(event.seconds).toEqual([0, 1]);
  const [first, last] = event.p99;
  expect(first).toBeCloseTo(1.01 ** 800 / 1000, 2);
  expect(last).toBeCloseTo(1.01 ** 900 / 1000, 2);
  expect(event.p50[0]).toBeCloseTo(1.01 ** 700 / 1000, 2);
});

test("timelines of an event and of hosts are drawn", async () => {
  const hosts: HostTimeline = {
    ...common,
    seconds: [1, 2],
    hosts: [
      { name: "api-1", zone: "zone-1", connections: [5, 6] },
      { name: "api-2", zone: "zone-2", connections: [4, 9] },
    ],
  };
  const directory = scratchDirectory();
  const figures: Timelines = { cores: 2, timelines: { event, hosts } };
  writeFileSync(join(directory, "figures.json"), JSON.stringify(figures));
  const script = join(ROOT, "packages/lab/src/evidence/plot.py");
  await execa(join(ROOT, ".venv/bin/python"), [script, join(directory, "figures.json"), directory], {
    env: { MPLBACKEND: "Agg", MPLCONFIGDIR: directory, PYTHONDONTWRITEBYTECODE: "1" },
  });
  expect(["event.png", "hosts.png"].map((name) => existsSync(join(directory, name)))).toEqual([true, true]);
});
