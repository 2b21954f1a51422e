import { threshold, times, transitions } from "./support";

const A = { host: "a" };
const B = { host: "b" };
const high = (more: Parameters<typeof threshold>[1], by = "") =>
  threshold(`avg(last_1m):avg:system.cpu.idle{*}${by} > 5`, more);
const idle = (...sources: readonly (readonly [Readonly<Record<string, string>>, readonly (number | null)[]])[]) => ({
  metrics: { "system.cpu.idle": sources },
});

describe("a group without values", () => {
  const stops = [9, ...times(9, null)];
  const long = [9, ...times(1500, null)];
  const noData = { notify_no_data: true, no_data_timeframe: 3 };
  const missing = { on_missing_data: "show_and_notify_no_data" };

  test.each<[string, Parameters<typeof high>[0], readonly (number | null)[], string[]]>([
    ["keeps its alert, unless the monitor is configured otherwise", { notify_no_data: false }, stops, ["0 OK>Alert"]],
    ["resolves at once by on_missing_data", { on_missing_data: "resolve" }, stops, ["0 OK>Alert", "1 Alert>OK"]],
    ["is No Data at once by on_missing_data", missing, [1, null, 1], ["1 OK>No Data", "2 No Data>OK"]],
    ["is not No Data by on_missing_data if it never had a value", missing, [...times(9, null), 1], []],
    ["is No Data after no_data_timeframe", noData, [1, ...times(5, null), 1], ["3 OK>No Data", "6 No Data>OK"]],
    ["is not No Data if it never had a value", noData, [...times(9, null), 1], []],
    ["resolves after timeout_h", { timeout_h: 1 }, long, ["0 OK>Alert", "60 Alert>OK"]],
    ["resolves after the retention time of a day", {}, long, ["0 OK>Alert", "1440 Alert>OK"]],
  ])("%s", (_, options, values, expected) => {
    expect(transitions(high(options), idle([A, values]))).toEqual(expected);
  });
});

describe("a new group", () => {
  const by = " by {host}";

  test("is not evaluated during new_group_delay, unless it existed from the start", () => {
    const telemetry = idle([A, [...times(3, null), ...times(9, 9)]], [B, times(12, 9)]);
    expect(transitions(high({ new_group_delay: 300 }, by), telemetry)).toEqual(["0 OK>Alert b", "8 OK>Alert a"]);
  });
});

describe("a delay", () => {
  test("with evaluation_delay excludes newer values", () => {
    const telemetry = idle([A, [9, 1, 1, 1, 1]]);
    expect(transitions(high({ evaluation_delay: 120 }), telemetry)).toEqual(["2 OK>Alert", "3 Alert>OK"]);
  });

  test("is at least the latency of CloudWatch metrics", () => {
    const telemetry = { metrics: { "aws.rds.cpuutilization": [[{}, [99, ...times(20, 1)]] as const] } };
    const of = (delay: number) =>
      transitions(threshold("avg(last_1m):avg:aws.rds.cpuutilization{*} > 90", { evaluation_delay: delay }), telemetry);
    expect(of(900)).toEqual(["15 OK>Alert", "16 Alert>OK"]);
    expect(of(60)).toEqual(["12 OK>Alert", "13 Alert>OK"]);
  });
});

describe("a host that was terminated", () => {
  test("is muted: its alert recovers without a notification, unlike those of other hosts", () => {
    const telemetry = { ...idle([A, [9, 9, null, null]], [B, [9, 9, 1, 1]]), terminated: { a: 2 } };
    expect(transitions(high({ on_missing_data: "resolve" }, " by {host}"), telemetry)).toEqual([
      "0 OK>Alert a",
      "0 OK>Alert b",
      "2 Alert>OK b",
    ]);
  });
});

describe("a monitor with renotify_interval", () => {
  const lasts = idle([A, [1, ...times(8, 9), 1, 1]]);

  test("renotifies one interval after its last notification, in renotify_statuses only", () => {
    expect(transitions(high({ renotify_interval: 3, renotify_statuses: ["alert"] }), lasts)).toEqual([
      "1 OK>Alert",
      "4 again Alert",
      "7 again Alert",
      "9 Alert>OK",
    ]);
    expect(transitions(high({ renotify_interval: 3, renotify_statuses: ["no data"] }), lasts)).toHaveLength(2);
    expect(transitions(high({ renotify_interval: 0, renotify_statuses: ["alert"] }), lasts)).toHaveLength(2);
  });

  test("stops renotifying after 30 hours", () => {
    const long = idle([A, times(40 * 60, 9)]);
    const seen = transitions(high({ renotify_interval: 60, renotify_statuses: ["alert"] }), long);
    expect(seen.at(-1)).toBe(`${29 * 60} again Alert`);
  });
});
