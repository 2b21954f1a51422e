import { findReasons } from "../src/measure/reasons";
import { findLimit, type SearchOptions } from "../src/scenarios/limit";

describe("the search for the limit", () => {
  /** Searches on a server that holds at most `limit` connections. */
  async function search(limit: number, options: Partial<SearchOptions> = {}) {
    const tried: number[] = [];
    const result = await findLimit(
      (connections) => {
        tried.push(connections);
        return Promise.resolve(connections <= limit);
      },
      { start: 1_000, ceiling: 100_000, resolution: 1, hasTime: () => true, ...options },
    );
    return { ...result, tried };
  }

  test.each([0, 1, 999, 1_000, 1_001, 30_688, 65_535])("finds exactly %d", async (limit) => {
    expect(await search(limit)).toMatchObject({ held: limit, failed: limit + 1, stoppedBy: "resolution" });
  });

  test("reaches the given resolution in few probes", async () => {
    const { held, failed, tried } = await search(30_688, { start: 20_000, resolution: 500 });
    expect([held, failed]).toEqual([30_500, 31_000]);
    expect(tried).toEqual([20_000, 40_000, 30_000, 35_000, 32_500, 31_500, 31_000, 30_500]);
  });

  test("ends when its time has elapsed", async () => {
    let tries = 0;
    expect(await search(30_688, { hasTime: () => (tries += 1) <= 3 })).toMatchObject({
      stoppedBy: "time",
      held: 4_000,
      failed: null,
    });
  });

  test("ends at the ceiling of the machine, and reports it", async () => {
    const { tried, ...result } = await search(50_000, { ceiling: 3_000 });
    expect(result).toEqual({ held: 3_000, failed: null, stoppedBy: "machine" });
    expect(tried).toEqual([1_000, 2_000, 3_000]);
  });
});

describe("the reason for a failure", () => {
  const none = { nginx: "", generator: {}, service: "" };

  test("is read from nginx's log, and counted", () => {
    const line = "2026/11/25 21:15:10 [warn] 21197#21197: 768 worker_connections are not enough, reusing connections\n";
    const nginx = `${line}${line}2026/11/25 21:15:11 [alert] 2#2: 768 worker_connections are not enough\n`;
    expect(findReasons({ ...none, nginx })).toEqual([
      "nginx: 768 worker_connections are not enough, reusing connections (2 times)",
      "nginx: 768 worker_connections are not enough (once)",
    ]);
  });

  test.each([
    [
      { nginx: "2#2: accept4() failed (24: Too many open files)" },
      "nginx: accept4() failed (24: Too many open files) (once)",
    ],
    [
      { nginx: "*1 connect() to unix:/tmp/x/http.sock failed (11: Resource temporarily unavailable) while connecting" },
      "nginx: connect() to the service's socket failed (11: Resource temporarily unavailable) (once)",
    ],
    [{ nginx: "2#2: *7 upstream timed out (110: Connection timed out)" }, "nginx: upstream timed out (once)"],
    [{ service: "OSError: [Errno 24] Too many open files" }, "service: Too many open files (once)"],
    [{ generator: { "status 503": 3 } }, "generator: status 503 (3 times)"],
    [{ generator: { "connect: timeout": 1 } }, "generator: connect: timeout (once)"],
  ])("in %j", (sources, reason) => {
    expect(findReasons({ ...none, ...sources })).toEqual([reason]);
  });

  test("is absent when no log names it", () => {
    expect(
      findReasons({ ...none, nginx: "2#2: setrlimit(RLIMIT_NOFILE, 65536) failed (1: Operation not permitted)" }),
    ).toEqual([]);
  });
});
