/** What the design needs to know of an EC2 instance type. */
export interface InstanceType {
  /** Virtual CPUs. */
  readonly vcpus: number;
  /** Memory, GiB. */
  readonly memoryGib: number;
  /** Decides which image of Amazon Linux is taken. */
  readonly architecture: "x86_64" | "arm64";
  /** Bandwidth that it can hold all day, megabits a second. */
  readonly networkBaselineMbps: number;
  /** Regions where AWS does not offer it. @default offered everywhere */
  readonly notOfferedIn?: readonly string[];
  /** Availability Zone ids that offer it, by region, where only some do. @default all zones */
  readonly onlyInZones?: Readonly<Record<string, readonly string[]>>;
  /** What to use instead, where it is not offered. @default none known */
  readonly successors?: string;
}

/**
 * The instance types that an environment may use. Offerings: `aws ec2 describe-instance-type-offerings`.
 * @see https://docs.aws.amazon.com/ec2/latest/instancetypes/ec2-instance-regions.html
 */
export const instanceTypes: Readonly<Record<string, InstanceType>> = {
  "m3.xlarge": {
    vcpus: 4,
    memoryGib: 15,
    architecture: "x86_64",
    // AWS says "High" and no figure; measurements give one gigabit.
    networkBaselineMbps: 1000,
    notOfferedIn: ["eu-south-1", "us-east-2", "eu-west-2", "eu-west-3", "ca-central-1"],
    onlyInZones: { "us-east-1": ["use1-az2", "use1-az4", "use1-az6"] },
    successors: "m7i.xlarge (x86_64) or m7g.xlarge (arm64)",
  },
  "m7i.xlarge": { vcpus: 4, memoryGib: 16, architecture: "x86_64", networkBaselineMbps: 1876 },
  "m7g.xlarge": { vcpus: 4, memoryGib: 16, architecture: "arm64", networkBaselineMbps: 1876 },
};

/** The type's facts. @throws RangeError for a type that `checkEnvironment` would refuse */
export function instanceType(name: string): InstanceType {
  const found = instanceTypes[name];
  if (found === undefined) throw new RangeError(`Unknown instance type ${name}`);
  return found;
}
