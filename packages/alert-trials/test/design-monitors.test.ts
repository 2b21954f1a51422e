import { fixture } from "../../../__tests__/fixtures/environment";
import { monitorNamed } from "../../../__tests__/support/datadog";
import { instanceType } from "../../../src/config";
import { type SmallTelemetry, times, transitions } from "./support";

/** The statuses of a monitor of the fixture by the evaluator of this project, which follows Datadog's documentation; no request is sent to Datadog. */
function becomes(id: string, telemetry: SmallTelemetry): string[] {
  const { query, monitor_thresholds, on_missing_data, new_group_delay, evaluation_delay } = monitorNamed(fixture, id);
  const options = { on_missing_data, new_group_delay, evaluation_delay };
  const set = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  return transitions({ query, monitor_thresholds: { ...monitor_thresholds }, ...set }, telemetry);
}

describe("network utilisation", () => {
  const tags = {
    env: "fixture",
    project: "dev-one",
    service: "web",
    host: "i-1",
    server: "web-1",
    zone: "zone-5",
    device: "ens5",
  };
  const { networkBaselineMbps } = instanceType(fixture.servers.instanceType);
  const steady = (percent: number) => [[tags, times(10, (networkBaselineMbps * 1e6 * percent) / 800)] as const];

  test.each([
    [50, 50, "OK", "OK"],
    [65, 65, "OK", "OK"],
    [65.1, 2, "Warn", "OK"],
    [2, 81.9, "OK", "Warn"],
    [82.1, 2, "Alert", "OK"],
    [2, 82.1, "OK", "Alert"],
    [95, 95, "Alert", "Alert"],
  ])("is compared separately in each direction: %d %% in and %d %% out", (received, sent, ...expected) => {
    const telemetry = { metrics: { "system.net.bytes_rcvd": steady(received), "system.net.bytes_sent": steady(sent) } };
    const statusOf = (id: string) => /(?<=>)\w+/.exec(becomes(id, telemetry).at(-1) ?? ">OK")?.[0];
    expect([statusOf("network-received"), statusOf("network-sent")]).toEqual(expected);
  });
});

describe("the error rate of the servers' logs", () => {
  const tags = { env: "fixture", project: "dev-one", service: "web" };
  const logged = (errors: readonly (number | null)[], good: readonly (number | null)[]) => ({
    metrics: {
      "dev_one.fixture.http.requests": [
        [{ ...tags, status_category: "error" }, errors] as const,
        [{ ...tags, status_category: "ok" }, good] as const,
      ],
    },
  });

  test("is computed from all requests in the window, not summed over minutes", () => {
    // 15 of 115 requests in the third minute are 4.8 % of those of three minutes: a warning above 2 %, no alert above 6 %.
    expect(becomes("responses-5xx", logged([null, null, 15], times(5, 100)))).toEqual(["2 OK>Warn"]);
  });

  test("resolves when errors end while requests continue", () => {
    expect(becomes("responses-5xx", logged([50], times(8, 50)))).toEqual(["0 OK>Alert", "5 Alert>OK"]);
  });

  test("resolves when there are no more requests", () => {
    expect(becomes("responses-5xx", logged([50, ...times(7, null)], [50]))).toEqual(["0 OK>Alert", "5 Alert>OK"]);
  });

  test("does not alert when no request has ever failed", () => {
    expect(becomes("responses-5xx", logged([], times(8, 100)))).toEqual([]);
  });
});
