import { readFileSync } from "node:fs";

import { fleetsOf, ROLL_OUT_WATCH_SECONDS, rollOutAlarmName } from "../../src/config";
import { both } from "../fixtures/synthesized";
import { eachNameAService, webOf, withShop } from "../fixtures/variants";
import { pointOf, stateOf } from "../support/alarm-model";
import type { Arguments, Stack } from "../support/stack";
import { synthesize } from "../support/synthesis";

interface MetricQuery {
  readonly id: string;
  readonly expression?: string;
  readonly metric?: { readonly metric_name: string; readonly dimensions: object };
}

const PERIOD_MINUTES = 5;

/** As docs/services.md says. */
const LONGEST_POLL_SECONDS = 50;

const alarmOf = (stack: Stack, service: string): Arguments => stack.at(`servers/roll-out/${service}/alarm`).values;
const queriesOf = (alarm: Arguments) => alarm.metric_query as readonly MetricQuery[];

/** What a minute adds to the metrics of the target group. */
interface Load {
  readonly requests: number;
  readonly failed?: number;
  /** Time until the headers of each answer. */
  readonly seconds?: number;
}

/** Hanging requests, so many a minute: nginx answers 504 before the load balancer does, a minute later. */
const hanging = (requests: number) => (minute: number) => ({
  requests,
  ...(minute === 1 ? {} : { failed: requests, seconds: proxyReadTimeout }),
});
const every = (load: Load) => () => load;

const nginx = readFileSync("src/servers/bootstrap/files/etc/nginx/nginx.conf", "utf8");
const proxyReadTimeout = Number(/^\s*proxy_read_timeout (\d+)s;/m.exec(nginx)?.[1]);

describe.each(both)("the roll-out alarm of the service of %s", (_, { environment, platform: stack }) => {
  const alarm = alarmOf(stack, "web");
  const expression = queriesOf(alarm).find((query) => query.expression !== undefined)?.expression ?? "";
  const { latencySeconds } = webOf(environment).objectives;

  /**
   * Minutes from the release's last server until the alarm is in ALARM, while the service is rolled out and watched. Before, it was healthy.
   * @param lateMinutes age at which errors and response times can be read; requests can be read at once
   */
  function minutesToAlarm(release: (minute: number) => Load, lateMinutes = 0): number | undefined {
    const loadAt = (minute: number) =>
      minute > 0 ? release(minute) : { requests: release(1).requests, seconds: 0.01 };
    const pointAt = (end: number, now: number) => {
      const minutes = Array.from({ length: PERIOD_MINUTES }, (__, index) => end - index);
      const sum = (of: readonly number[], value: (load: Load) => number) =>
        of.reduce((total, minute) => total + value(loadAt(minute)), 0);
      const readable = minutes.filter((minute) => minute <= now - lateMinutes);
      const times = readable
        .flatMap((minute) => Array<number>(loadAt(minute).requests).fill(loadAt(minute).seconds ?? Number.NaN))
        .filter((time) => !Number.isNaN(time))
        .sort((a, b) => a - b);
      const [requests, errors, median] = [
        sum(minutes, (load) => load.requests),
        sum(readable, (load) => load.failed ?? 0),
        times[Math.floor(times.length / 2)],
      ];
      // A metric without a value is not reported.
      return pointOf(expression, {
        ...(requests === 0 ? {} : { requests }),
        ...(errors === 0 ? {} : { errors }),
        ...(median === undefined ? {} : { median }),
      });
    };
    for (let now = 1; now <= ROLL_OUT_WATCH_SECONDS / 60; now += 1) {
      if (stateOf(alarm, (periods) => pointAt(now - periods * PERIOD_MINUTES, now)) === "ALARM") return now;
    }
    return undefined;
  }

  test("has the name that the roll-out asks for, and no actions", () => {
    expect(alarm.alarm_name).toBe(rollOutAlarmName(environment, "web"));
    for (const action of ["alarm_actions", "ok_actions", "insufficient_data_actions"]) {
      expect(alarm).not.toHaveProperty(action);
    }
  });

  test("reads requests, errors and response times of five minutes of the service's target group", () => {
    const dimensions = {
      LoadBalancer: expect.stringMatching(/^\$\{aws_lb\..*\.arn_suffix\}$/) as unknown,
      TargetGroup: expect.stringMatching(/^\$\{aws_lb_target_group\..*all-servers.*\.arn_suffix\}$/) as unknown,
    };
    const metrics = queriesOf(alarm).flatMap(({ metric }) => metric ?? []);
    const period = PERIOD_MINUTES * 60;
    expect(metrics).toEqual([
      expect.objectContaining({ metric_name: "HTTPCode_Target_5XX_Count", stat: "Sum", period, dimensions }),
      expect.objectContaining({ metric_name: "RequestCount", stat: "Sum", period, dimensions }),
      expect.objectContaining({ metric_name: "TargetResponseTime", stat: "p50", period, dimensions }),
    ]);
  });

  describe.each([0, 1, 2])("with errors that arrive %i minutes late", (late) => {
    test.each<[string, (minute: number) => Load, number]>([
      ["all of four requests a minute fail", every({ requests: 4, failed: 4 }), 3],
      ["one of four requests a minute fails", every({ requests: 4, failed: 1 }), 5],
      ["one of twenty requests fails", every({ requests: 200, failed: 10 }), 10],
      ["four requests a minute hang", hanging(4), 4],
      ["two hundred requests a minute hang", hanging(200), 4],
      ["four requests a minute are slow", every({ requests: 4, seconds: 2 * latencySeconds }), 7],
      ["two hundred requests a minute are slow", every({ requests: 200, seconds: 2 * latencySeconds }), 7],
    ])("is in ALARM within the time that the roll-out watches when %s", (_what, release, most) => {
      const minutes = minutesToAlarm(release, late);
      expect(minutes).toBeGreaterThan(0);
      expect(minutes).toBeLessThanOrEqual(most);
      expect(most * 60).toBeLessThan(ROLL_OUT_WATCH_SECONDS);
    });

    test.each<[string, (minute: number) => Load]>([
      // The metric ends with the headers, which nginx passes on at once (nginx.test.ts).
      ["all requests are long polls and WebSockets", every({ requests: 500, seconds: 0.01 })],
      ["few requests are long polls and WebSockets", every({ requests: 4, seconds: 0.01 })],
      ["fewer than one of twenty requests fails", every({ requests: 200, failed: 9, seconds: 0.1 })],
      ["two of few requests fail", (minute) => ({ requests: 1, failed: minute < 3 ? 1 : 0 })],
      ["requests take as long as the objective", every({ requests: 200, seconds: latencySeconds })],
      ["five requests in five minutes are slow", every({ requests: 1, seconds: 50 })],
      ["there are no requests", every({ requests: 0 })],
    ])("is OK when %s", (_what, release) => {
      expect(minutesToAlarm(release, late)).toBeUndefined();
    });
  });

  test("lets nginx answer a hanging request before the load balancer does, and after a long poll", () => {
    const [loadBalancer] = stack.resources("aws_lb");
    expect(proxyReadTimeout).toBeLessThan(Number(loadBalancer?.values.idle_timeout));
    expect(proxyReadTimeout).toBeGreaterThan(LONGEST_POLL_SECONDS);
  });
});

test("a service on some names is gated by its own target group", () => {
  const { platform } = synthesize(eachNameAService);
  for (const service of ["web-1", "web-2", "web-3"]) {
    const [errors] = queriesOf(alarmOf(platform, service)).flatMap(({ metric }) => metric ?? []);
    expect(platform.targets(errors?.dimensions).map(({ path }) => path)).toContain(
      `edge/hosts/${service}/targets/group`,
    );
  }
});

test.each([
  ["one service on all servers, and one with a group of its own", withShop()],
  ["a service for each name", eachNameAService],
])("the roll-out knows the groups, tables and alarms that are synthesized: %s", (_, environment) => {
  const { platform } = synthesize(environment);
  const names = (type: string, attribute: string) =>
    platform.resources(type).map(({ values }) => values[attribute] as string);
  const fleets = fleetsOf(environment);
  expect(fleets.flatMap(({ groups }) => groups).sort()).toEqual(names("aws_autoscaling_group", "name").sort());
  expect(names("aws_s3_object", "key")).toEqual(
    expect.arrayContaining(fleets.map(({ name }) => `tables/${name}.json`)),
  );
  const services = fleets.flatMap((fleet) => fleet.services.map(({ name }) => name));
  expect(names("aws_cloudwatch_metric_alarm", "alarm_name")).toEqual(
    expect.arrayContaining(services.map((service) => rollOutAlarmName(environment, service))),
  );
});
