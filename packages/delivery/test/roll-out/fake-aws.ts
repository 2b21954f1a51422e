import type { AutoScalingGroup, InstanceRefresh, InstanceRefreshStatus } from "@aws-sdk/client-auto-scaling";

import type { RollOutApi } from "../../src/roll-out/aws";
import type { Clock } from "../../src/roll-out/context";

export interface FakeGroup {
  /** Version of the launch template. */
  version: string;
  desired: number;
  instances: FakeInstance[];
  refreshes: InstanceRefresh[];
  /** Number of target groups; a server is healthy in each or in none. */
  targetGroups: number;
  failure?: { at: Date; message: string };
}

export interface FakeInstance {
  readonly id: string;
  version: string;
  state: "InService" | "Pending" | "Standby";
  /** In the group, and at the target groups. */
  health: "healthy" | "unhealthy" | "unhealthy target";
}

/** How instance refreshes of a group end. */
export interface End {
  readonly status: InstanceRefreshStatus;
  readonly reason?: string;
}

const TEMPLATE = "lt-1";

/**
 * Auto Scaling as the roll-out sees it. Time passes only by `clock.sleep`; each sleep moves every instance refresh on: it replaces the
 * servers of its group, and then ends as `ends` says.
 */
export class FakeAws {
  readonly groups = new Map<string, FakeGroup>();
  /** Versions of the launch template. */
  versions = [1];
  readonly ends = new Map<string, End>();
  readonly inAlarm = new Map<string, string>();
  /** What changed AWS, in its order. */
  readonly calls: string[] = [];
  readonly said: string[] = [];
  /** Runs at each sleep, before anything moves on. */
  onSleep: () => void = () => undefined;
  error: Error | undefined;
  private time = Date.parse("2027-02-01T10:00:00Z");

  readonly clock: Clock = {
    now: () => this.time,
    sleep: (ms) => {
      this.time += ms;
      this.onSleep();
      for (const group of this.groups.values()) this.moveOn(group);
      return Promise.resolve();
    },
  };

  readonly say = (line: string): void => {
    this.said.push(line);
  };

  /** What a roll-out needs. */
  get tools() {
    const { api, clock, say } = this;
    return { api, clock, say };
  }

  /** Minutes since the start. */
  get minutes(): number {
    return (this.time - Date.parse("2027-02-01T10:00:00Z")) / 60_000;
  }

  add(name: string, version: number, servers = 4): FakeGroup {
    const instances = Array.from({ length: servers }, (_, index): FakeInstance => ({
      id: `i-${name}-${index}`,
      version: String(version),
      state: "InService",
      health: "healthy",
    }));
    const group = { version: String(version), desired: servers, instances, refreshes: [], targetGroups: 1 };
    this.groups.set(name, group);
    return group;
  }

  group(name: string): FakeGroup {
    const group = this.groups.get(name);
    if (group === undefined) throw new Error(`There is no ${name}`);
    return group;
  }

  startRefresh(name: string, version: string, status: InstanceRefreshStatus = "Pending"): InstanceRefresh {
    const group = this.group(name);
    const refresh: InstanceRefresh = {
      InstanceRefreshId: `${name}-${group.refreshes.length + 1}`,
      AutoScalingGroupName: name,
      Status: status,
      DesiredConfiguration: { LaunchTemplate: { LaunchTemplateId: TEMPLATE, Version: version } },
      InstancesToUpdate: group.instances.length,
    };
    group.refreshes.unshift(refresh);
    return refresh;
  }

  readonly api: RollOutApi = {
    groups: (names) => this.answer(names.flatMap((name) => (this.groups.has(name) ? this.described(name) : []))),
    newestVersion: () => this.answer(String(Math.max(...this.versions))),
    versions: () => this.answer([...this.versions].sort((a, b) => b - a)),
    refreshes: (name) => this.answer(this.group(name).refreshes),
    startRefresh: (name, { version }, { alarms, autoRollback, bakeSeconds }) => {
      const gates = alarms.length === 0 ? "no alarms" : alarms.join();
      this.calls.push(
        `${name}: to ${version}, ${gates}, ${autoRollback ? "rolls back" : "no rollback"}, bakes ${bakeSeconds} s`,
      );
      return this.answer(this.startRefresh(name, version).InstanceRefreshId ?? "");
    },
    rollBackRefresh: (name) => {
      this.calls.push(`${name}: rollback`);
      const [refresh] = this.group(name).refreshes;
      if (refresh !== undefined) refresh.Status = "RollbackInProgress";
      return this.answer(undefined);
    },
    setVersion: (name, { version }) => {
      this.calls.push(`${name}: version ${version}`);
      this.group(name).version = version;
      return this.answer(undefined);
    },
    alarmsInAlarm: (names) =>
      this.answer(
        [...this.inAlarm].filter(([name]) => names.includes(name)).map(([name, reason]) => ({ name, reason })),
      ),
    healthyTargets: (arn) => {
      const name = arn.split("#")[0] ?? "";
      return this.answer(this.group(name).instances.flatMap(({ id, health }) => (health === "healthy" ? id : [])));
    },
    lastFailure: (name) => this.answer(this.group(name).failure),
  };

  private answer<T>(value: T): Promise<T> {
    return this.error === undefined ? Promise.resolve(value) : Promise.reject(this.error);
  }

  private described(name: string): AutoScalingGroup {
    const { version, desired, instances, targetGroups } = this.group(name);
    return {
      AutoScalingGroupName: name,
      MinSize: 0,
      MaxSize: 12,
      DesiredCapacity: desired,
      DefaultCooldown: 300,
      AvailabilityZones: [],
      HealthCheckType: "ELB",
      CreatedTime: new Date(0),
      LaunchTemplate: { LaunchTemplateId: TEMPLATE, Version: version },
      TargetGroupARNs: Array.from({ length: targetGroups }, (_, index) => `${name}#${index}`),
      Instances: instances.map(({ id, version: own, state, health }) => ({
        InstanceId: id,
        AvailabilityZone: "us-east-1a",
        LifecycleState: state,
        HealthStatus: health === "unhealthy" ? "Unhealthy" : "Healthy",
        ProtectedFromScaleIn: false,
        LaunchTemplate: { LaunchTemplateId: TEMPLATE, Version: own },
      })),
    };
  }

  private moveOn(group: FakeGroup): void {
    const [refresh] = group.refreshes;
    if (refresh === undefined) return;
    const version = refresh.DesiredConfiguration?.LaunchTemplate?.Version ?? "";
    const end = this.ends.get(refresh.AutoScalingGroupName ?? "") ?? { status: "Successful" };
    const replace = (by: string) => {
      for (const instance of group.instances) if (instance.state !== "Standby") instance.version = by;
    };
    switch (refresh.Status) {
      case "Pending":
        Object.assign(refresh, { Status: "InProgress", PercentageComplete: 25 });
        break;
      case "InProgress":
        if (end.status === "InProgress") break;
        if (end.status === "Successful") {
          replace(version);
          group.version = version;
          Object.assign(refresh, { Status: "Successful", PercentageComplete: 100, InstancesToUpdate: 0 });
        } else if (end.status.startsWith("Rollback")) {
          Object.assign(refresh, { Status: "RollbackInProgress", RollbackDetails: { RollbackReason: end.reason } });
        } else Object.assign(refresh, { Status: end.status, StatusReason: end.reason });
        break;
      case "RollbackInProgress":
        replace(group.version);
        refresh.Status = end.status.startsWith("Rollback") ? end.status : "RollbackSuccessful";
        break;
      case "Baking":
        refresh.Status = "Successful";
        group.version = version;
        replace(version);
        break;
      default:
    }
  }
}
