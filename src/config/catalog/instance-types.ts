import { allZonesBut, type ZonesByRegion } from "./regions";

/** Facts of an EC2 instance type. */
export interface InstanceType {
  /** Virtual CPUs. */
  readonly vcpus: number;
  /** Memory, GiB. */
  readonly memoryGib: number;
  /** Decides which image of Amazon Linux is taken. */
  readonly architecture: "x86_64" | "arm64";
  /** Bandwidth that it can hold all day, megabits a second. */
  readonly networkBaselineMbps: number;
  /** Where AWS offers it: zone ids, by region. */
  readonly zones: ZonesByRegion;
  /** What to use instead, where it is not offered. @default none known */
  readonly successors?: string;
}

/**
 * The instance types that an environment may use. Their zones are what
 * `aws ec2 describe-instance-type-offerings --location-type availability-zone-id` answers.
 * @see https://docs.aws.amazon.com/ec2/latest/instancetypes/ec2-instance-regions.html
 */
export const instanceTypes: Readonly<Record<string, InstanceType>> = {
  "m3.xlarge": {
    vcpus: 4,
    memoryGib: 15,
    architecture: "x86_64",
    // AWS says "High" and no figure; measurements give one gigabit.
    networkBaselineMbps: 1000,
    zones: {
      "ap-northeast-1": ["apne1-az1", "apne1-az4"],
      "ap-southeast-1": ["apse1-az1", "apse1-az2"],
      "ap-southeast-2": ["apse2-az1", "apse2-az2", "apse2-az3"],
      "eu-central-1": ["euc1-az2", "euc1-az3"],
      "eu-west-1": ["euw1-az1", "euw1-az2", "euw1-az3"],
      "sa-east-1": ["sae1-az1", "sae1-az3"],
      "us-east-1": ["use1-az2", "use1-az3", "use1-az4", "use1-az6"],
      "us-west-1": ["usw1-az1", "usw1-az3"],
      "us-west-2": ["usw2-az1", "usw2-az2", "usw2-az3"],
    },
    successors: "m7i.xlarge (x86_64) or m7g.xlarge (arm64)",
  },
  "m7i.xlarge": {
    vcpus: 4,
    memoryGib: 16,
    architecture: "x86_64",
    networkBaselineMbps: 1876,
    zones: allZonesBut("ca-west-1", "me-south-1", "use1-az3"),
  },
  "m7g.xlarge": {
    vcpus: 4,
    memoryGib: 16,
    architecture: "arm64",
    networkBaselineMbps: 1876,
    zones: allZonesBut("ca-west-1", "eu-south-1", "use1-az3"),
  },
};

/** What the catalog says of a type. @throws RangeError for a type that is not in it */
export function instanceType(name: string): InstanceType {
  const found = instanceTypes[name];
  if (found === undefined) throw new RangeError(`Unknown instance type ${name}`);
  return found;
}
