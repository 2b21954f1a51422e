import type { Resource } from "./resource";

export interface StackProps {
  /** Such as `staging-monitoring`. */
  readonly name: string;
  /** Synthesized JSON contains the whole configuration; a plan contains values, but neither backend nor lifecycle. */
  readonly source: "synthesis" | "plan";
  /** Value of the resources' environment tag, such as `staging`. */
  readonly environment: string;
  /** Managed resources. */
  readonly resources: readonly Resource[];
  /** Settings of the stack: its `terraform` and `provider` blocks. */
  readonly settings: Resource;
}

/** The stack that rules read, from synthesized JSON or from a plan. */
export class Stack {
  /** Such as `staging-monitoring`. */
  readonly name: string;
  /** Its source; a plan contains values, but neither backend nor lifecycle. */
  readonly source: "synthesis" | "plan";
  /** Such as `staging`. */
  readonly environment: string;
  /** Settings of the stack: its `terraform` and `provider` blocks. */
  readonly settings: Resource;
  private readonly resources: readonly Resource[];

  constructor(props: StackProps) {
    this.name = props.name;
    this.source = props.source;
    this.environment = props.environment;
    this.settings = props.settings;
    this.resources = props.resources;
  }

  /** Whether data and IP addresses must be preserved, as in production; other environments may be destroyed and created again. */
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
