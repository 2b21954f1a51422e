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
  address?: string;
  launchedAt?: Date;
}

/** A version of an object. */
export interface FakeObject {
  readonly id: string;
  readonly at: Date;
  readonly content: string;
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
  /** When the newest of them was created. */
  private versionCreatedAt = 0;
  readonly ends = new Map<string, End>();
  readonly inAlarm = new Map<string, string>();
  /** Versions of objects by key, the newest first. */
  readonly objects = new Map<string, FakeObject[]>();
  /** User data of the launch template by its version. */
  readonly userData = new Map<string, string>();
  /** Health of the server that follows one at an address. @default healthy */
  readonly nextAt = new Map<string, FakeInstance["health"]>();
  /** How commands end, by the key that they are given. @default Success */
  readonly commands = new Map<string, { status: string; output: string }>();
  /** What changed AWS, in its order. */
  readonly calls: string[] = [];
  readonly said: string[] = [];
  /** Runs at each sleep, before anything moves on. */
  onSleep: () => void = () => undefined;
  error: Error | undefined;
  private readonly starting: { readonly group: FakeGroup; readonly instance: FakeInstance }[] = [];
  private time = Date.parse("2027-02-01T10:00:00Z");

  readonly clock: Clock = {
    now: () => this.time,
    sleep: (ms) => {
      this.time += ms;
      this.onSleep();
      for (const { group, instance } of this.starting.splice(0)) {
        group.instances.push({ ...instance, launchedAt: new Date(this.time) });
      }
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

  put(key: string, content: string): void {
    const versions = this.objects.get(key) ?? [];
    const id = `${key}#${versions.length + 1}`;
    // Later than what was there before.
    this.time += 1000;
    this.objects.set(key, [{ id, at: new Date(this.time), content }, ...versions]);
    this.time += 1000;
  }

  /** Gives the servers of a group addresses, and the present time as that of their launch. */
  place(name: string, addresses: readonly string[]): void {
    this.group(name).instances.forEach((instance, index) => {
      Object.assign(instance, { address: addresses[index], launchedAt: new Date(this.time) });
    });
    this.time += 1000;
  }

  createVersion(version: number): void {
    this.versions.push(version);
    this.versionCreatedAt = this.time;
    this.time += 1000;
  }

  startRefresh(
    name: string,
    version: string,
    status: InstanceRefreshStatus = "Pending",
    AutoRollback = true,
  ): InstanceRefresh {
    const group = this.group(name);
    const refresh: InstanceRefresh = {
      InstanceRefreshId: `${name}-${group.refreshes.length + 1}`,
      AutoScalingGroupName: name,
      Status: status,
      StartTime: new Date(this.time),
      Preferences: { AutoRollback },
      DesiredConfiguration: { LaunchTemplate: { LaunchTemplateId: TEMPLATE, Version: version } },
      InstancesToUpdate: group.instances.length,
    };
    group.refreshes.unshift(refresh);
    return refresh;
  }

  readonly api: RollOutApi = {
    groups: (names) => this.answer(names.flatMap((name) => (this.groups.has(name) ? this.described(name) : []))),
    newestVersion: (id) =>
      this.answer({ id, version: String(Math.max(...this.versions)), createdAt: new Date(this.versionCreatedAt) }),
    versions: () => this.answer([...this.versions].sort((a, b) => b - a)),
    refreshes: (name) => this.answer(this.group(name).refreshes),
    startRefresh: (name, { version }, { alarms, autoRollback, bakeSeconds }) => {
      const gates = alarms.length === 0 ? "no alarms" : alarms.join();
      this.calls.push(
        `${name}: to ${version}, ${gates}, ${autoRollback ? "rolls back" : "no rollback"}, bakes ${bakeSeconds} s`,
      );
      return this.answer(this.startRefresh(name, version, "Pending", autoRollback).InstanceRefreshId ?? "");
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
      const isIp = arn.startsWith("ip:");
      const all = isIp
        ? [...this.groups.values()].flatMap(({ instances }) => instances)
        : this.group(arn.split("#")[0] ?? "").instances;
      const healthy = all.filter(({ health }) => health === "healthy");
      return this.answer(healthy.flatMap(({ id, address }) => (isIp ? (address ?? []) : id)));
    },
    userData: ({ version }) => this.answer(Buffer.from(this.userData.get(version) ?? "").toString("base64")),
    targetGroup: (name) => this.answer(`ip:${name}`),
    servers: (ids) =>
      this.answer(
        [...this.groups.values()]
          .flatMap(({ instances }) => instances)
          .filter(({ id }) => ids.includes(id))
          .map(({ id, address = "", launchedAt = new Date(0) }) => ({
            id,
            address,
            availabilityZone: address.split(".").slice(0, 3).join("."),
            launchedAt,
          })),
      ),
    replaceServer: (id) => {
      const group = [...this.groups.values()].find(({ instances }) => instances.some((each) => each.id === id));
      const old = group?.instances.find((each) => each.id === id);
      if (group === undefined || old === undefined) throw new Error(`There is no ${id}`);
      this.calls.push(`${old.address ?? ""}: replaced`);
      group.instances = group.instances.filter((each) => each !== old);
      this.starting.push({
        group,
        instance: { ...old, id: `${id}+`, health: this.nextAt.get(old.address ?? "") ?? "healthy" },
      });
      return this.answer(undefined);
    },
    objectVersions: (_bucket, key) =>
      this.answer((this.objects.get(key) ?? []).map(({ id, at, content }) => ({ id, at, etag: content }))),
    getObject: (_bucket, key, version) => {
      const found = (this.objects.get(key) ?? []).find(({ id }) => version === undefined || id === version);
      return this.answer(found?.content);
    },
    putObject: (_bucket, key, content) => {
      this.calls.push(`${key}: put`);
      this.put(key, content);
      return this.answer(undefined);
    },
    restoreObject: (_bucket, key, version) => {
      this.calls.push(`${key}: restored`);
      this.put(key, this.objects.get(key)?.find(({ id }) => id === version)?.content ?? "");
      return this.answer(undefined);
    },
    runCommand: (document, server, { key = "", sha256 }) => {
      this.calls.push(`${document} ${key}${sha256 === undefined ? "" : ` ${sha256.slice(0, 4)}`} on ${server}`);
      return this.answer(key);
    },
    commandResult: (key) => this.answer(this.commands.get(key) ?? { status: "Success", output: "" }),
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
          for (const instance of group.instances.slice(0, 1)) instance.version = version;
          Object.assign(refresh, { Status: "RollbackInProgress", RollbackDetails: { RollbackReason: end.reason } });
        } else Object.assign(refresh, { Status: end.status, StatusReason: end.reason });
        break;
      case "RollbackInProgress":
        if (end.status !== "RollbackFailed") replace(group.version);
        refresh.Status = end.status.startsWith("Rollback") ? end.status : "RollbackSuccessful";
        refresh.EndTime = new Date(this.time);
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
