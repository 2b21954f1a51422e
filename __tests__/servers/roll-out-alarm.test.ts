import { fleetsOf, rollOutAlarmName } from "../../src/config";
import { both } from "../fixtures/synthesized";
import { eachNameAService, withShop } from "../fixtures/variants";
import { type Minute, pointOf, stateOf } from "../support/alarm-model";
import type { Arguments, Stack } from "../support/stack";
import { synthesize } from "../support/synthesis";

interface MetricQuery {
  readonly id: string;
  readonly expression?: string;
  readonly metric?: { readonly metric_name: string; readonly period: number; readonly dimensions: object };
}

const alarmOf = (stack: Stack, service: string): Arguments => stack.at(`servers/roll-out/${service}/alarm`).values;
const queriesOf = (alarm: Arguments) => alarm.metric_query as readonly MetricQuery[];

describe.each(both)("the roll-out alarm of the service of %s", (_, { environment, platform: stack }) => {
  const alarm = alarmOf(stack, "web");
  const expression = queriesOf(alarm).find((query) => query.expression !== undefined)?.expression ?? "";

  /** The state after five minutes of such a load; errors can be read so many minutes after they happened. */
  function state(load: { readonly requests?: number; readonly errors?: number }, lateMinutes = 0, since = 5) {
    return stateOf(alarm, (minutesAgo) => {
      const { requests, errors } = minutesAgo < since ? load : { requests: 1000, errors: undefined };
      const minute = {
        ...(requests === undefined ? {} : { requests }),
        ...(errors === undefined || minutesAgo < lateMinutes ? {} : { errors }),
      } satisfies Minute;
      return pointOf(expression, minute);
    });
  }

  test("has the name that the roll-out asks for, and no actions", () => {
    expect(alarm.alarm_name).toBe(rollOutAlarmName(environment, "web"));
    for (const action of ["alarm_actions", "ok_actions", "insufficient_data_actions"]) {
      expect(alarm).not.toHaveProperty(action);
    }
  });

  test("reads requests and errors of each minute of the service's target group", () => {
    const dimensions = {
      LoadBalancer: expect.stringMatching(/^\$\{aws_lb\..*\.arn_suffix\}$/) as unknown,
      TargetGroup: expect.stringMatching(/^\$\{aws_lb_target_group\..*all-servers.*\.arn_suffix\}$/) as unknown,
    };
    const metrics = queriesOf(alarm).flatMap(({ metric }) => metric ?? []);
    expect(metrics).toEqual([
      expect.objectContaining({ metric_name: "HTTPCode_Target_5XX_Count", period: 60, dimensions }),
      expect.objectContaining({ metric_name: "RequestCount", period: 60, dimensions }),
    ]);
  });

  test.each([0, 1, 2])(
    "is in ALARM when one of twenty requests fails, also when errors arrive %i minutes late",
    (late) => {
      expect(state({ requests: 1000, errors: 50 }, late)).toBe("ALARM");
    },
  );

  test.each<[string, Parameters<typeof state>]>([
    ["fewer requests fail", [{ requests: 1000, errors: 49 }]],
    ["no request fails, and the load balancer reports no errors", [{ requests: 1000 }]],
    ["there are too few requests for a share", [{ requests: 19, errors: 19 }]],
    ["there are no requests", [{}]],
    ["requests have failed for two minutes only", [{ requests: 1000, errors: 1000 }, 0, 2]],
  ])("is OK when %s", (_what, load) => {
    expect(state(...load)).toBe("OK");
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
