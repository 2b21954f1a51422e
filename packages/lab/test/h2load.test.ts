import { h2loadCommand, type Load } from "../src/load/h2load";
import { readLog, timeline } from "../src/load/log";
import { shares } from "../src/scenarios/workplace";

describe("h2load's log", () => {
  const log = readLog(
    [
      "1000000000000000\t200\t5000",
      "1000000000500000\t200\t9000",
      "1000000000900000\t204\t200000", // ends in second 1
      "1000000001000000\t-1\t100",
      "1000000002100000\t503\t100",
      "1000000002200000\t200\t1",
      "10000000023", // truncated line
    ].join("\n"),
  );
  const frame = { start: 1_000_000_000_000, plateau: { from: 0, to: 2 }, waitSeconds: 0 };

  test("is grouped into requests, errors and latencies by the second in which the requests ended", () => {
    expect(timeline(log, frame).perSecond).toEqual({
      seconds: [0, 1, 2],
      requests: [2, 1, 1],
      errors: [0, 1, 1],
      p50: [5, 200, 0.001],
      p95: [9, 200, 0.001],
      p99: [9, 200, 0.001],
    });
  });

  test("limits latency to answers of the plateau", () => {
    expect(timeline(log, frame)).toMatchObject({ p50: 9, p95: 200, p99: 200 });
    expect(timeline(log, { ...frame, plateau: { from: 5, to: 9 } })).toMatchObject({ p50: null, p99: null });
  });

  test("subtracts the requested wait time from the latency of a long poll", () => {
    const polls = readLog("1000000000000000\t204\t40003500\n1000000000000000\t204\t39999000\n");
    const seen = timeline(polls, { ...frame, plateau: { from: 0, to: 60 }, waitSeconds: 40 });
    expect([seen.p50, seen.p99]).toEqual([0, 3.5]);
  });

  test("has no seconds when it is empty", () => {
    expect(timeline(readLog(""), frame).perSecond.seconds).toEqual([]);
  });
});

describe("h2load's command", () => {
  const load: Load = {
    name: "reads",
    address: "127.0.0.1",
    port: 8080,
    connections: 10_000,
    connectionsPerSecond: 1_000,
    requestsEach: 5,
    requestsPerSecond: 0.05,
    path: "/items",
  };

  test("opens connections at a constant rate and sends HTTP/1.1 requests at a constant rate", () => {
    expect(h2loadCommand(load, "log").join(" ")).toBe(
      "h2load --h1 -c 10000 -n 50000 -r 10 --rate-period 10ms --rps 0.05 --log-file log http://127.0.0.1:8080/items",
    );
  });

  test.each([
    [9_000 / 21, "-r 6 --rate-period 14ms"],
    [40, "-r 1 --rate-period 25ms"],
    [5, "-r 1 --rate-period 200ms"],
    [5_000, "-r 50 --rate-period 10ms"],
  ])("opens %d connections a second as exactly as whole milliseconds allow", (connectionsPerSecond, options) => {
    expect(h2loadCommand({ ...load, connectionsPerSecond }, "log").join(" ")).toContain(options);
  });

  test("posts a body, and sets no rate when the next request follows the answer", () => {
    const command = h2loadCommand({ ...load, requestsPerSecond: undefined, body: "body.json" }, "log");
    expect(command).not.toContain("--rps");
    expect(command.join(" ")).toContain("-d body.json");
  });
});

describe("a load is split", () => {
  const machine = { openFiles: 20_000, dialPorts: 28_232 };

  test.each([
    [10_000, machine, [10_000]],
    [30_001, machine, [10_000, 10_000, 10_001]],
    [3_000, { ...machine, openFiles: 1_100 }, [1_000, 1_000, 1_000]],
  ])(
    "of %d, so that no destination gets more than half of the ports, and no process too many",
    (all, limits, parts) => {
      expect(shares(limits, all)).toEqual(parts);
    },
  );
});
