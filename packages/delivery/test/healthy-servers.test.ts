import type { AutoScalingGroup, InstanceRefresh } from "@aws-sdk/client-auto-scaling";

import { type FleetApi, waitForHealthyServers } from "../src/apply/healthy-servers";

const MERGED = new Date("2026-11-30T10:00:00Z");
const AFTER = new Date("2026-11-30T10:30:00Z");
const BEFORE = new Date("2026-11-30T09:30:00Z");
const NO_CAPACITY = "We currently do not have sufficient m7g.xlarge capacity in the Availability Zone you requested.";

interface Moment {
  readonly desired?: number;
  /** Instances that are InService and Healthy in the group. */
  readonly inService?: number;
  /** Instances that are healthy in the target group. @default inService */
  readonly healthy?: number;
  /** Instances that are Unhealthy in the group. */
  readonly unhealthy?: number;
  /** Instances that are healthy in a second target group. @default there is none */
  readonly healthyAtSecond?: number;
  readonly refresh?: InstanceRefresh;
  readonly failure?: { readonly at: Date; readonly message: string };
  readonly error?: Error;
}

/**
 * A fake of AWS's API with the status of each group at every poll. The last status repeats, and a group without a status does not
 * exist. The clock advances only by `sleep`.
 */
function aws(groups: Readonly<Record<string, readonly Moment[]>>) {
  let [polls, now] = [0, 0];
  const moment = (name: string): Moment => groups[name]?.[Math.min(polls, groups[name].length - 1)] ?? {};
  const ids = (count: number) => Array.from({ length: count }, (_, index) => `i-${index}`);
  const api: FleetApi = {
    groups: (names) => {
      const { error } = names.map(moment).find((each) => each.error !== undefined) ?? {};
      return error !== undefined
        ? Promise.reject(error)
        : Promise.resolve(names.filter((name) => groups[name]?.length !== 0).map(described));
    },
    newestRefresh: (name) => Promise.resolve(moment(name).refresh),
    healthyTargets: (arn) => {
      const [name = "", second] = arn.split("#");
      const { inService = 0, healthy = inService, healthyAtSecond = 0 } = moment(name);
      return Promise.resolve(ids(second === undefined ? healthy : healthyAtSecond));
    },
    lastFailure: (name) => Promise.resolve(moment(name).failure),
  };
  const described = (name: string): AutoScalingGroup => ({
    AutoScalingGroupName: name,
    MinSize: 0,
    MaxSize: 4,
    DesiredCapacity: moment(name).desired ?? 4,
    DefaultCooldown: 300,
    AvailabilityZones: [],
    HealthCheckType: "ELB",
    CreatedTime: BEFORE,
    // The group name serves as target group ARN, so that the health can be looked up by it.
    TargetGroupARNs: moment(name).healthyAtSecond === undefined ? [name] : [name, `${name}#second`],
    InstanceMaintenancePolicy: { MinHealthyPercentage: 75, MaxHealthyPercentage: 100 },
    Instances: ids(4).map((InstanceId, index) => ({
      InstanceId,
      AvailabilityZone: "us-east-1a",
      LifecycleState: index < (moment(name).inService ?? 0) ? "InService" : "Pending",
      HealthStatus: index < (moment(name).unhealthy ?? 0) ? "Unhealthy" : "Healthy",
      ProtectedFromScaleIn: false,
    })),
  });
  const lines: string[] = [];
  const sleep = (ms: number) => {
    polls += 1;
    now += ms;
    return Promise.resolve();
  };
  const wait = waitForHealthyServers({
    stack: "staging",
    groups: Object.keys(groups),
    region: "us-east-1",
    since: MERGED,
    say: (line) => lines.push(line),
    clock: { now: () => now, sleep },
    api,
  });
  return { wait, lines, minutes: () => now / 60_000 };
}

const refreshing = (Status: InstanceRefresh["Status"], StartTime = AFTER, more: InstanceRefresh = {}) => ({
  refresh: { Status, StartTime, PercentageComplete: 25, ...more },
});

describe("the wait for healthy servers", () => {
  test("ends when all servers are InService and healthy at the load balancer, and prints a line per change", async () => {
    const { wait, lines } = aws({
      "zone-1": [{}, {}, { inService: 4, healthy: 0 }, { inService: 4, healthy: 3 }, { inService: 4 }],
      elastic: [{ desired: 0 }],
    });
    await wait;
    expect(lines).toEqual([
      "zone-1: 0 of 4 servers in service and healthy.",
      "elastic: 0 of 0 servers in service and healthy.",
      "zone-1: 3 of 4 servers in service and healthy.",
      "zone-1: 4 of 4 servers in service and healthy.",
    ]);
  });

  test.each<[string, Moment]>([
    ["is not InService yet, though healthy in the target group", { inService: 3, healthy: 4 }],
    ["is Unhealthy in its group", { inService: 4, unhealthy: 1 }],
    ["is not healthy in one of two target groups", { inService: 4, healthyAtSecond: 3 }],
  ])("does not count a server that %s", async (_what, first) => {
    const { wait, lines } = aws({ "zone-1": [first, { inService: 4 }] });
    await wait;
    expect(lines[0]).toBe("zone-1: 3 of 4 servers in service and healthy.");
  });

  test("calls no API for a stack without Auto Scaling groups", async () => {
    const { wait, lines } = aws({});
    await wait;
    expect(lines).toEqual([]);
  });

  test("fails after 20 minutes and names each group that lacks servers, with its last failed scaling activity", async () => {
    const { wait, minutes } = aws({
      "zone-1": [{ inService: 2, failure: { at: AFTER, message: NO_CAPACITY } }],
      "zone-2": [{ inService: 4, failure: { at: AFTER, message: NO_CAPACITY } }],
      elastic: [{ desired: 1, failure: { at: BEFORE, message: NO_CAPACITY } }],
    });
    const see = "see docs/runbooks/server-replaced.md.";
    await expect(wait).rejects.toMatchObject({
      name: "UserError",
      message: [
        "staging: applied; but after 20 minutes not every Auto Scaling group has its healthy servers:",
        `zone-1: 2 of 4 servers in service and healthy; the last failed scaling activity, at 2026-11-30T10:30:00.000Z, says: ${NO_CAPACITY.slice(0, -1)}; ${see}`,
        `elastic: 0 of 1 servers in service and healthy; no scaling activity has failed since the merge; ${see}`,
      ].join("\n"),
    });
    expect(minutes()).toBe(20);
  });

  test("fails when a group in the state does not exist", async () => {
    await expect(aws({ "zone-1": [{ inService: 4 }], "zone-2": [] }).wait).rejects.toThrow("\nzone-2: not found; ");
  });

  test("reports that the plan is applied when the AWS API fails", async () => {
    const expired = Object.assign(new Error("The security token included in the request is expired"), {
      name: "ExpiredToken",
    });
    await expect(aws({ "zone-1": [{ error: expired }] }).wait).rejects.toThrow(
      "staging: applied; but the health of the servers could not be read: ExpiredToken, The security token included in the request is expired",
    );
  });
});

describe("during an instance refresh", () => {
  test.each(["Pending", "InProgress", "Baking"] as const)(
    "accepts the group's minimum healthy percentage in status %s",
    async (status) => {
      const { wait, lines } = aws({
        "zone-1": [
          { inService: 2, ...refreshing(status) },
          { inService: 3, ...refreshing(status) },
        ],
      });
      await wait;
      expect(lines).toEqual([
        "zone-1: 2 of 4 servers in service and healthy, at least 3 needed: instance refresh in progress, 25 %.",
        "zone-1: 3 of 4 servers in service and healthy, at least 3 needed: instance refresh in progress, 25 %.",
      ]);
    },
  );

  test("accepts the minimum, rounded up, for a refresh that began before the merge", async () => {
    const half = { Preferences: { MinHealthyPercentage: 50 } };
    const { wait, lines } = aws({
      "zone-1": [{ desired: 3, inService: 2, ...refreshing("InProgress", BEFORE, half) }],
    });
    await wait;
    expect(lines).toEqual([
      "zone-1: 2 of 3 servers in service and healthy, at least 2 needed: instance refresh in progress, 25 %.",
    ]);
    const { wait: short } = aws({
      "zone-1": [{ desired: 3, inService: 1, ...refreshing("InProgress", BEFORE, half) }],
    });
    await expect(short).rejects.toThrow("zone-1: 1 of 3 servers in service and healthy, at least 2 needed");
  });

  test("uses the refresh's own minimum, also for a pending refresh without start time", async () => {
    const { wait, lines } = aws({
      "zone-1": [{ inService: 2, refresh: { Status: "Pending", Preferences: { MinHealthyPercentage: 50 } } }],
    });
    await wait;
    expect(lines).toEqual([
      "zone-1: 2 of 4 servers in service and healthy, at least 2 needed: instance refresh in progress, 0 %.",
    ]);
  });

  test.each([
    "Failed",
    "Cancelling",
    "Cancelled",
    "RollbackInProgress",
    "RollbackFailed",
    "RollbackSuccessful",
  ] as const)("fails at once for a refresh with status %s, even if all servers are healthy", async (status) => {
    const { wait, minutes } = aws({
      "zone-1": [{ inService: 4, ...refreshing(status, AFTER, { StatusReason: "why" }) }],
    });
    await expect(wait).rejects.toThrow(
      `zone-1: 4 of 4 servers in service and healthy, instance refresh ${status} (why);`,
    );
    expect(minutes()).toBe(0);
  });

  test.each([
    ["a successful refresh", refreshing("Successful")],
    ["a refresh that failed before the merge", refreshing("Failed", BEFORE)],
  ])("requires all servers after %s", async (_which, refresh) => {
    const { wait, lines } = aws({
      "zone-1": [
        { inService: 3, ...refresh },
        { inService: 4, ...refresh },
      ],
    });
    await wait;
    expect(lines.at(-1)).toBe("zone-1: 4 of 4 servers in service and healthy.");
    expect(lines).toHaveLength(2);
  });
});
