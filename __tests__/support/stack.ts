import type { Json, JsonObject } from "@dev-one/cli/json";
import { referencesIn } from "@dev-one/terraform-json/references";
import { fromSynthesis, type Resource, type Stack as TerraformStack } from "@dev-one/terraform-json/resources";

export type { Resource };

/** What Terraform reads of one stack, made easy to ask: by type, by construct path, by who refers to whom. */
export class Stack {
  readonly document: TerraformDocument;
  private readonly stack: TerraformStack;

  constructor(
    readonly name: string,
    /** The synthesized JSON, to be compared as text. */
    readonly json: string,
  ) {
    const document = JSON.parse(json) as JsonObject;
    this.document = document as unknown as TerraformDocument;
    this.stack = fromSynthesis(name, document);
  }

  /** All resources, or those of one type; data sources are left out. */
  resources(type?: string): Resource[] {
    return this.stack.resources.filter((each) => type === undefined || each.type === type);
  }

  /** The only resource of a type. */
  only(type: string): Resource {
    return this.stack.only(type);
  }

  /** Resources and data sources. */
  all(): Resource[] {
    return [...this.stack.resources, ...this.stack.dataSources];
  }

  /** The resource at a construct path below the stack, such as `network/zone-1/nat`. */
  at(path: string): Resource {
    const found = this.all().find((resource) => resource.path === path);
    if (found === undefined) throw new Error(`${this.name} has nothing at ${path}`);
    return found;
  }

  /** Every construct path. */
  paths(): string[] {
    return this.all()
      .map((resource) => resource.path)
      .sort();
  }

  /** The one resource that a value refers to, such as `"${aws_vpc.network_vpc_1.id}"`. */
  target(value: unknown): Resource {
    const [only, ...others] = this.targets(value);
    if (only === undefined || others.length > 0) {
      throw new Error(`${JSON.stringify(value)} refers to ${others.length === 0 ? "nothing" : "several resources"}`);
    }
    return only;
  }

  /** The resources that a value refers to, anywhere in it; in the order of the text, each once. */
  targets(value: unknown): Resource[] {
    return referencesIn(value as Json).map((address) => {
      const found = this.all().find((each) => each.address === address);
      if (found === undefined) throw new Error(`${this.name} refers to ${address}, which does not exist`);
      return found;
    });
  }

  /** What a resource refers to or waits for, directly. */
  dependencies(resource: Resource): Resource[] {
    return this.targets(resource.values);
  }

  /** What must exist before a resource, however far back. */
  allDependencies(...resources: Resource[]): Set<Resource> {
    return new Set(resources.flatMap((resource) => [...resource.allDependencies()]));
  }
}

/** Arguments of a resource; matchers check what is inside. */
export type Arguments = Readonly<Record<string, unknown>>;

export interface TerraformDocument {
  readonly resource?: JsonObject;
  readonly data?: JsonObject;
  readonly output?: Readonly<Record<string, { readonly value: unknown; readonly description?: string }>>;
  readonly variable?: Readonly<Record<string, Arguments>>;
  readonly provider?: Readonly<Record<string, readonly Arguments[]>>;
  readonly removed?: readonly { readonly from: string; readonly lifecycle: unknown }[];
  readonly terraform: {
    readonly backend?: { readonly s3?: Arguments };
    readonly required_version?: string;
    readonly required_providers?: unknown;
  };
}
