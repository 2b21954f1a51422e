import { failuresByReason, latencyPercentile, merge, type Second, timeline } from "../src/load/seconds";
import { shares } from "../src/scenarios/workplace";

const NODE = "203.0.113.1:443";

/** The bucket of a latency, as the generator computes it. */
const bucketOf = (milliseconds: number) => String(Math.ceil(Math.log(milliseconds * 1000) / Math.log(1.01)));

function second(latencies: readonly number[], failed: Second["failed"] = {}): Second {
  const latency: Record<string, number> = {};
  for (const each of latencies) latency[bucketOf(each)] = (latency[bucketOf(each)] ?? 0) + 1;
  const failures = Object.values(failed).reduce((sum, value) => sum + value, 0);
  return {
    planned: latencies.length + failures,
    succeeded: { [NODE]: latencies.length },
    failed,
    latency,
    answered: latencies.length,
    open: { [NODE]: 5 },
  };
}

describe("seconds of the load generator", () => {
  test("of several processes are added, also where one ended earlier", () => {
    const failed = { [`${NODE} connect: timeout`]: 2 };
    const [first, last] = merge([[second([1, 2]), second([3])], [second([2], failed)]]);
    expect(first).toMatchObject({ planned: 5, succeeded: { [NODE]: 3 }, failed, answered: 3, open: { [NODE]: 10 } });
    expect(first?.latency).toEqual({ [bucketOf(1)]: 1, [bucketOf(2)]: 2 });
    expect(last).toEqual(second([3]));
    expect(merge([])).toEqual([]);
  });

  test("name the reasons of failures, whatever the address", () => {
    const failed = { [`${NODE} status 503`]: 1, "203.0.113.2:443 status 503": 2, " DNS: timeout": 4 };
    expect(failuresByReason([second([], failed), second([], failed)])).toEqual({ "status 503": 6, "DNS: timeout": 8 });
  });

  test("have percentiles that are at most 1 % above the value of the nearest rank", () => {
    const { latency } = second(Array.from({ length: 100 }, (_, index) => index + 1));
    for (const percent of [1, 50, 95, 99, 100]) {
      const value = latencyPercentile(latency, percent) ?? 0;
      expect(value).toBeGreaterThanOrEqual(percent - 0.001);
      expect(value).toBeLessThanOrEqual(percent * 1.01);
    }
    expect(latencyPercentile({}, 50)).toBeNull();
  });

  test("give the latency of whole seconds of the plateau, and answers and failures by second", () => {
    const all = [second([900]), second([10]), second([20], { [`${NODE} timeout`]: 3 }), second([900])];
    const { p50, p99, perSecond } = timeline(all, { from: 0.5, to: 3 });
    expect([p50, p99].map((value) => Math.floor(value ?? 0))).toEqual([10, 20]);
    expect(perSecond).toMatchObject({ seconds: [0, 1, 2, 3], requests: [1, 1, 1, 1], errors: [0, 0, 3, 0] });
    expect(timeline(all, { from: 5, to: 9 })).toMatchObject({ p50: null, p99: null });
  });
});

describe("a load is split", () => {
  const machine = { openFiles: 20_000, dialPorts: 28_232 };

  test.each([
    [10_000, machine, [10_000]],
    [30_001, machine, [10_000, 10_000, 10_001]],
    [3_000, { ...machine, openFiles: 1_200 }, [1_000, 1_000, 1_000]],
  ])(
    "of %d, so that no destination gets more than half of the ports, and no process too many",
    (all, limits, parts) => {
      expect(shares(limits, all)).toEqual(parts);
    },
  );
});
