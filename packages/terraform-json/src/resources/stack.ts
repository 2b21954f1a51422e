import type { Resource } from "./resource";

export interface StackProps {
  /** Such as `staging-monitoring`. */
  readonly name: string;
  /** Synthesized JSON holds everything that was written; a plan knows values, but neither backend nor lifecycle. */
  readonly source: "synthesis" | "plan";
  /** Such as `staging`: what the resources are tagged with. */
  readonly environment: string;
  /** Managed resources. */
  readonly resources: readonly Resource[];
  /** What concerns the stack as a whole: its `terraform` and `provider` blocks. */
  readonly settings: Resource;
}

/** One stack as the rules see it, wherever it was read from. */
export class Stack {
  /** Such as `staging-monitoring`. */
  readonly name: string;
  /** What it was read from; a plan knows values, but neither backend nor lifecycle. */
  readonly source: "synthesis" | "plan";
  /** Such as `staging`. */
  readonly environment: string;
  /** What concerns the stack as a whole: its `terraform` and `provider` blocks. */
  readonly settings: Resource;
  private readonly resources: readonly Resource[];

  constructor(props: StackProps) {
    this.name = props.name;
    this.source = props.source;
    this.environment = props.environment;
    this.settings = props.settings;
    this.resources = props.resources;
  }

  /** Production keeps its data and its addresses; every other environment may be torn down and built again. */
  get isProduction(): boolean {
    return this.environment === "production";
  }

  /** Managed resources of some types. */
  of(...types: readonly string[]): Resource[] {
    return this.resources.filter(({ type }) => types.includes(type));
  }

  /** Managed resources of a type that refer to another one in an argument. */
  referring(type: string, argument: string, to: Resource): Resource[] {
    return this.of(type).filter((each) => each.targets(argument).includes(to));
  }
}
