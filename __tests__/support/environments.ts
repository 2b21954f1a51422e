import { defineEnvironment, type Environment, type EnvironmentProps } from "../../src/config";
import { production, staging } from "../../src/environments";

type ZoneProps = EnvironmentProps["zones"][number];

/** Staging as one would write it down, with something changed. */
export function stagingWith(change: Partial<EnvironmentProps>): Environment {
  return defineEnvironment({ ...staging, ...change });
}

/** An image of these tests. */
export const IMAGE = "ami-0123456789abcdef0";

type Program = "none" | "example" | "image";

/** An environment whose services run this program, whatever they run today. */
export function withProgram(environment: Environment, program: Program): Environment {
  const release = {
    none: undefined,
    example: { version: "1.0.0", folder: "src/servers/example-service" },
    image: { version: "1.0.0", image: IMAGE },
  }[program];
  const releases = Object.keys(environment.services).flatMap((name) =>
    release === undefined ? [] : [[name, release]],
  );
  return defineEnvironment({ ...environment, releases: Object.fromEntries(releases) as EnvironmentProps["releases"] });
}

/** The same of staging. */
export const stagingWithProgram = (program: Program) => withProgram(staging, program);

/** Staging with one more value in its list of zones, by the same plan as the two that there are, and a server of each group in it. */
export const stagingInThreeZones = () => {
  const [first] = JSON.parse(JSON.stringify(staging.zones).replaceAll("172.31.1.", "172.31.3.")) as ZoneProps[];
  const subnets = { ...first?.subnets, public: "172.31.103.0/24", data: "172.31.203.0/24" };
  const third = { ...first, name: "zone-3", availabilityZoneId: "use1-az6", subnets } as ZoneProps;
  const services = Object.entries(staging.services).map(([name, service]) => {
    const { runsOn } = service;
    return [name, { ...service, runsOn: runsOn.kind === "own-group" ? { ...runsOn, minimum: 3 } : runsOn }] as const;
  });
  return stagingWith({ zones: [...staging.zones, third], services: Object.fromEntries(services) });
};

/** Staging with a second service, on a group of its own; the program of the first is in its image. */
export const stagingBesideShop = () =>
  stagingWith({
    services: {
      ...staging.services,
      shop: { owner: "shop", hosts: ["shop"], runsOn: { kind: "own-group", minimum: 2, maximum: 4 } },
    },
    releases: { api: { version: "1.0.0", image: IMAGE } },
  });

/** Staging in Ireland, where the query log needs a provider of its own. */
export const stagingInIreland = () =>
  stagingWith({
    region: "eu-west-1",
    zones: staging.zones.map((zone, index) => ({ ...zone, availabilityZoneId: `euw1-az${index + 1}` })),
  });

/** A third environment: one more value. */
export const rehearsal = () =>
  stagingWith({ name: "rehearsal", accountId: "777788889999", domain: "rehearsal.dev-one.it" });

/** Production with something changed about Datadog, and perhaps elsewhere. */
export function productionWith(
  datadog: NonNullable<EnvironmentProps["datadog"]>,
  change: Partial<EnvironmentProps> = {},
): Environment {
  return defineEnvironment({ ...production, ...change, datadog: { ...production.datadog, ...datadog } });
}
