import ec2 from "./ec2.json";
import { availabilityZones } from "./regions";

/** Facts of an EC2 instance type. */
export interface InstanceType {
  /** Virtual CPUs. */
  readonly vcpus: number;
  /** Memory, GiB. */
  readonly memoryGib: number;
  /** Decides which image of Amazon Linux is taken. */
  readonly architecture: "x86_64" | "arm64";
  /** Bandwidth that one network interface can hold all day, megabits a second. */
  readonly networkBaselineMbps: number;
}

/** What EC2 publishes of each type; ec2.json names source and date. Types for macOS are left out. */
const published: Readonly<Record<string, (typeof ec2.types)["m3.xlarge"]>> = ec2.types;
const offers: readonly Readonly<Record<string, string>>[] = ec2.offeredIn;

export const instanceTypeNames: readonly string[] = Object.keys(published);

/** The facts of a type. @throws RangeError for a type that is not in the catalog */
export function instanceType(name: string): InstanceType {
  const { vcpus, memoryMib, architecture, networkBaselineMbps } = entry(name);
  return {
    vcpus,
    memoryGib: memoryMib / 1024,
    architecture: architecture as InstanceType["architecture"],
    networkBaselineMbps,
  };
}

/** Ids of the Availability Zones of a region in which EC2 offers a type. */
export function zonesOffering(name: string, region: string): readonly string[] {
  const numbers = offers[entry(name).offeredIn]?.[region] ?? "";
  return (availabilityZones[region] ?? []).filter((id) => numbers.includes(id.slice(-1)));
}

/** Types of the same series, size and architecture that EC2 offers in a region, the newest generations first. */
export function alternatives(name: string, region: string): readonly string[] {
  const { series, size } = parts(name);
  const { architecture } = entry(name);
  return instanceTypeNames
    .filter((other) => other !== name && parts(other).series === series && parts(other).size === size)
    .filter((other) => entry(other).architecture === architecture && zonesOffering(other, region).length > 0)
    .sort((one, other) => parts(other).generation - parts(one).generation || one.length - other.length);
}

/** Such as series m, generation 7 and size xlarge of m7i.xlarge. */
function parts(name: string) {
  const [family = "", size = ""] = name.split(".");
  const [, series = "", generation = ""] = /^([a-z-]+)(\d+)/.exec(family) ?? [];
  return { series, generation: Number(generation), size };
}

function entry(name: string) {
  const found = Object.hasOwn(published, name) ? published[name] : undefined;
  if (found === undefined) throw new RangeError(`Unknown instance type ${name}`);
  return found;
}
