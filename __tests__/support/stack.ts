/** What Terraform reads of one stack, made easy to ask: by type, by construct path, by who refers to whom. */
export class Stack {
  readonly document: TerraformDocument;
  /** Every resource and data source, by address. */
  private readonly byAddress: ReadonlyMap<string, Resource>;

  constructor(
    readonly name: string,
    /** The synthesized JSON, to be compared as text. */
    readonly json: string,
  ) {
    this.document = JSON.parse(json) as TerraformDocument;
    const all = [
      ...resourcesOf(name, "", this.document.resource ?? {}),
      ...resourcesOf(name, "data.", this.document.data ?? {}),
    ];
    this.byAddress = new Map(all.map((resource) => [resource.address, resource]));
  }

  /** All resources, or those of one type; data sources are left out. */
  resources(type?: string): Resource[] {
    return this.all().filter((each) => !each.address.startsWith("data.") && (type === undefined || each.type === type));
  }

  /** The only resource of a type. */
  only(type: string): Resource {
    const [first, ...others] = this.resources(type);
    if (first === undefined || others.length > 0) {
      throw new Error(`${this.name} has ${this.resources(type).length} of ${type}, not one`);
    }
    return first;
  }

  /** Resources and data sources. */
  all(): Resource[] {
    return [...this.byAddress.values()];
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
    return [...new Set(referencesIn(value))].map((address) => {
      const found = this.byAddress.get(address);
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
    const found = new Set<Resource>();
    const open = [...resources];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      for (const dependency of this.dependencies(next)) {
        if (found.has(dependency)) continue;
        found.add(dependency);
        open.push(dependency);
      }
    }
    return found;
  }
}

export interface Resource {
  readonly type: string;
  /** Terraform's address, such as `aws_vpc.network_vpc_BDAB4594`. */
  readonly address: string;
  /** Construct path without the stack. */
  readonly path: string;
  /** Arguments in Terraform's spelling, without CDKTF's metadata. */
  readonly values: Arguments;
}

/** Arguments of a resource; what is inside is for matchers to judge. */
export type Arguments = Readonly<Record<string, unknown>>;

export interface TerraformDocument {
  readonly resource?: RawResources;
  readonly data?: RawResources;
  readonly output?: Readonly<Record<string, { readonly value: unknown; readonly description?: string }>>;
  readonly variable?: Readonly<Record<string, Arguments>>;
  readonly provider?: Readonly<Record<string, readonly Arguments[]>>;
  readonly terraform: {
    readonly backend?: { readonly s3?: Arguments };
    readonly required_version?: string;
    readonly required_providers?: unknown;
  };
}

type RawResources = Readonly<Record<string, Readonly<Record<string, RawResource>>>>;
type RawResource = Arguments & { readonly "//": { readonly metadata: { readonly path: string } } };

function resourcesOf(stack: string, prefix: string, types: RawResources): Resource[] {
  return Object.entries(types).flatMap(([type, resources]) =>
    Object.entries(resources).map(([name, { "//": comment, ...values }]) => ({
      type,
      address: `${prefix}${type}.${name}`,
      path: comment.metadata.path.slice(stack.length + 1),
      values,
    })),
  );
}

/** Addresses inside interpolations, and bare ones, which is how `depends_on` names them. */
function referencesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (typeof value === "object" && value !== null) return Object.values(value).flatMap(referencesIn);
  if (typeof value !== "string") return [];
  const isAddress = /^(data\.)?(aws|datadog|terraform)_[a-z0-9_]+\.[\w-]+$/.test(value);
  if (!isAddress && !value.includes("${")) return [];
  return [...value.matchAll(/\b(?:data\.)?(?:aws|datadog|terraform)_[a-z0-9_]+\.[\w-]+/g)].map(([address]) => address);
}
