import {
  ConfigurationError,
  defineEnvironment,
  defineEnvironments,
  type Environment,
  type EnvironmentProps,
} from "../../../src/config";

/** Settings with something wrong that types would refuse: the checks must not rely on types. */
type Settings = Readonly<Record<string, unknown>>;
type ZoneProps = EnvironmentProps["zones"][number];

/** Makes a mistake in the settings of an environment. */
export interface Mistake {
  (props: EnvironmentProps): EnvironmentProps;
  /** Other settings by which the problem is found: a mistake there may hide it. */
  readonly reads?: readonly string[];
}

/** Mistakes by what is reported about each, behind the name of the environment: where, what is wrong, and what to do. */
export type Mistakes = Readonly<Record<string, Mistake>>;

/** A mistake whose problem is found by other settings, too. */
export function reading(mistake: Mistake, ...reads: readonly string[]): Mistake {
  return Object.assign((props: EnvironmentProps) => mistake(props), { reads });
}

/** An environment without a mistake. Frozen here, so that a change of the real ones changes no refusal. */
export const base: EnvironmentProps = {
  name: "example",
  accountId: "777788889999",
  region: "us-east-1",
  domain: "example.dev-one.it",
  securityContact: "security@dev-one.it",
  delivery: { repository: "dev-one/infrastructure" },
  vpcCidr: "172.31.0.0/16",
  zones: [zone(1, "use1-az2"), zone(2, "use1-az4")],
  servers: { instanceType: "m3.xlarge", connectionsPerServer: 10_000, peakConnections: 100_000 },
  services: { api: { owner: "dev-one", apex: true, wildcard: true } },
  database: {
    majorVersion: 17,
    instanceClass: "db.t4g.medium",
    allocatedStorageGib: 20,
    maxAllocatedStorageGib: 100,
    multiAz: false,
    backupRetentionDays: 7,
    proxyZones: ["zone-1", "zone-2"],
  },
};

/** The environment without a mistake, after these changes. */
export function defineWith(...changes: readonly Mistake[]): Environment {
  return defineEnvironment(changes.reduce((props, change) => change(props), base));
}

/** What is reported about environments, in one line each. */
export function linesAbout(...environments: readonly unknown[]): string[] {
  try {
    defineEnvironments(environments as readonly EnvironmentProps[]);
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message.split("\n");
    throw error;
  }
}

export const thirdZone = zone(3, "use1-az6");
export const fourthZone = zone(4, "use1-az3");

function zone(number: number, availabilityZoneId: string): ZoneProps {
  return {
    name: `zone-${number}`,
    availabilityZoneId,
    subnets: {
      public: `172.31.10${number}.0/24`,
      servers: `172.31.${number}.96/28`,
      elastic: `172.31.${number}.128/25`,
      data: `172.31.20${number}.0/24`,
    },
    servers: Object.fromEntries([1, 2, 3, 4].map((server) => [`api-${server}`, `172.31.${number}.10${server}`])),
  };
}

/** Other values of an environment's settings. */
export function setting(change: Settings): Mistake {
  return (props) => ({ ...props, ...change });
}

export function inServers(change: Settings): Mistake {
  return (props) => ({ ...props, servers: { ...props.servers, ...change } });
}

export function inDatabase(change: Settings): Mistake {
  return (props) => ({ ...props, database: { ...props.database, ...change } });
}

export function inDatadog(change: Settings): Mistake {
  return (props) => ({ ...props, datadog: { ...props.datadog, ...change } });
}

/** Other values in the first or second zone. */
export function inZone(number: 1 | 2, change: Settings): Mistake {
  return changedZone(number, () => change);
}

/** Another address of a server. */
export function address(number: 1 | 2, server: string, value: string): Mistake {
  return changedZone(number, ({ servers }) => ({ servers: { ...servers, [server]: value } }));
}

/** Another range of a subnet. */
export function subnet(number: 1 | 2, tier: string, value: string): Mistake {
  return changedZone(number, ({ subnets }) => ({ subnets: { ...subnets, [tier]: value } }));
}

/** Other zones. */
export function inZones(change: (zones: ZoneProps[]) => readonly Settings[]): Mistake {
  return (props) => ({ ...props, zones: change(props.zones) as unknown as ZoneProps[] });
}

/** Other Availability Zones. */
export function availabilityZones(...ids: string[]): Mistake {
  return (props) => ({
    ...props,
    zones: props.zones.map((each, index) => ({ ...each, availabilityZoneId: ids[index] ?? each.availabilityZoneId })),
  });
}

/** Another region, with its zones. */
export function inRegion(region: string, ...ids: string[]): Mistake {
  return (props) => ({ ...availabilityZones(...ids)(props), region });
}

function changedZone(number: 1 | 2, change: (zone: ZoneProps) => Settings): Mistake {
  return (props) => ({
    ...props,
    zones: props.zones.map((each, index) => (index + 1 === number ? { ...each, ...change(each) } : each)),
  });
}

/** The settings that a mistake changes, such as `zones.0.subnets.data`; `zones.length` for zones more or fewer. */
export function changedSettings(mistake: Mistake): string[] {
  return differences(base, mistake(base));
}

function differences(before: unknown, after: unknown, path: readonly string[] = []): string[] {
  if (before === after) return [];
  if (!isRecord(before) || !isRecord(after)) return [path.join(".")];
  const keys = new Set([...Object.getOwnPropertyNames(before), ...Object.getOwnPropertyNames(after)]);
  return [...keys].flatMap((key) => differences(before[key], after[key], [...path, key]));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
