import { isJsonObject, type Json, type JsonObject } from "@dev-one/cli/json";

import { isInterpolated } from "../references";
import { holdsTrue } from "../values";
import { decodeDocument } from "./expression";

/** A rule read a value that is known only after the apply; its result is then neither passed nor failed. */
export class Undecided extends Error {
  override readonly name = "Undecided";

  /** @param argument path of the value, such as `versioning_configuration.status` */
  constructor(readonly argument: string) {
    super(`${argument} is not known yet`);
  }
}

/** A resource or data source, as a source of stacks reads it. */
export interface ReadResource extends Pick<Resource, "type" | "address" | "path" | "values"> {
  /** `true` in place of every value that is known only after the apply. @default every value is known */
  readonly unknown?: Json | undefined;
  readonly isManaged: boolean;
  /** Addresses that a part of the resource refers to. */
  readonly references: (path: readonly string[]) => readonly string[];
}

/** The resource at an address; several when the address lacks the keys of `count` or `for_each`. */
type Find = (address: string) => readonly Resource[];

/**
 * Arguments of a resource or of a block in it.
 *
 * Reading a value that is not known yet throws `Undecided`, so that a rule does not treat it as absent.
 */
export class Block {
  /** Cached, because rules read the references of every resource of a type repeatedly. */
  private readonly found = new Map<string, readonly Resource[]>();

  constructor(
    /** The arguments as JSON. Values that are known only after the apply are absent, or null in a list. */
    readonly values: JsonObject,
    private readonly unknown: Json | undefined,
    private readonly references: ReadResource["references"],
    private readonly at: Find,
    /** Path within the resource, such as `rule`, `0`. */
    private readonly position: readonly string[] = [],
  ) {}

  /** Whether the argument is set, to any value. */
  has(name: string): boolean {
    const value = own(this.values, name);
    return (value !== undefined && value !== null) || holdsTrue(part(this.unknown, name));
  }

  /** The arguments that are set. */
  names(): string[] {
    const unknown = isJsonObject(this.unknown) ? Object.keys(this.unknown) : [];
    return [...new Set([...Object.keys(this.values), ...unknown])].filter((name) => this.has(name));
  }

  /** @throws Undecided */
  text(name: string): string | undefined {
    const value = this.known(name);
    return value === undefined ? undefined : textOf(value);
  }

  /** Text with its references unresolved; undefined also when the whole value is not known yet. */
  template(name: string): string | undefined {
    const value = own(this.values, name);
    return typeof value === "string" ? value : undefined;
  }

  /** @throws Undecided */
  number(name: string): number | undefined {
    const value = this.known(name);
    return value === undefined || value === "" ? undefined : Number(value);
  }

  /** Terraform converts `"true"` to `true`. @throws Undecided */
  flag(name: string): boolean | undefined {
    const value = this.known(name);
    return value === undefined || value === "" ? undefined : value === true || value === "true";
  }

  /** A list of strings, empty when it is absent. @throws Undecided */
  texts(name: string): string[] {
    const value = this.known(name);
    if (value === undefined) return [];
    return (Array.isArray(value) ? value : [value]).map((each) => {
      if (typeof each === "string" && isInterpolated(each)) throw this.undecided(name);
      return textOf(each);
    });
  }

  /** Nested blocks: Terraform's JSON writes a single one with or without a list around it. @throws Undecided */
  blocks(name: string): Block[] {
    const value = own(this.values, name);
    const unknown = part(this.unknown, name);
    if (unknown === true) throw this.undecided(name);
    if (value === undefined || value === null) return [];
    return (Array.isArray(value) ? value : [value]).map((each, index) => {
      const inner = Array.isArray(value) ? part(unknown, String(index)) : unknown;
      if (inner === true) throw this.undecided(name);
      const position = [...this.position, name, ...(Array.isArray(value) ? [String(index)] : [])];
      return new Block(isJsonObject(each) ? each : {}, inner, this.references, this.at, position);
    });
  }

  /** The first nested block of a name. @throws Undecided */
  block(name: string): Block | undefined {
    return this.blocks(name)[0];
  }

  /** A JSON document in a string, such as a policy. @throws Undecided */
  document(name: string): Json | undefined {
    if (!this.has(name)) return undefined;
    const document = decodeDocument(this.template(name) ?? "");
    if (document === undefined) throw this.undecided(name);
    return document;
  }

  /** The resources that an argument refers to, each once; without a name, those of all arguments. */
  targets(...names: readonly string[]): readonly Resource[] {
    const key = names.join(" ");
    const found = this.found.get(key) ?? [...new Set(this.references([...this.position, ...names]).flatMap(this.at))];
    this.found.set(key, found);
    return found;
  }

  /** The first resource that an argument refers to. */
  target(name: string): Resource | undefined {
    return this.targets(name)[0];
  }

  private undecided(name: string): Undecided {
    return new Undecided([...this.position.filter((each) => !/^\d+$/.test(each)), name].join("."));
  }

  /** The value; when it is only a reference to an argument of another resource, the value of that argument if it is set. */
  private known(name: string): Json | undefined {
    const value = own(this.values, name);
    if (holdsTrue(part(this.unknown, name))) throw this.undecided(name);
    if (value === null) return undefined;
    if (typeof value !== "string" || !isInterpolated(value)) return value;
    const [, address = "", argument = ""] = /^\$\{([a-z0-9_]+\.[\w-]+)\.(\w+)\}$/.exec(value) ?? [];
    const [target] = this.at(address);
    if (target?.has(argument) === true) return target.text(argument);
    throw this.undecided(name);
  }
}

/** A resource of a stack, or the stack's own settings, with its arguments. */
export class Resource extends Block {
  /** Terraform's type, such as `aws_subnet`. */
  readonly type: string;
  /** Terraform's address within the stack, such as `aws_vpc.network_vpc_BDAB4594`. */
  readonly address: string;
  /** Construct path without the stack, such as `network/vpc/vpc`; the address where no path is known. */
  readonly path: string;

  constructor({ type, address, path, values, unknown, references }: ReadResource, at: Find) {
    super(values, unknown, references, at);
    this.type = type;
    this.address = address;
    this.path = path;
  }

  /** What Terraform creates before the resource: what it refers to or has in `depends_on`, and what that depends on. */
  allDependencies(): ReadonlySet<Resource> {
    const found = new Set<Resource>();
    const open: Resource[] = [this];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      for (const dependency of [...next.targets(), ...next.targets("depends_on")]) {
        if (found.has(dependency)) continue;
        found.add(dependency);
        open.push(dependency);
      }
    }
    return found;
  }

  /** Whether the resource has `prevent_destroy`; known in synthesized JSON only. */
  get isProtected(): boolean {
    return this.block("lifecycle")?.flag("prevent_destroy") === true;
  }
}

function textOf(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function own(values: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

/** A part of `after_unknown`, which is `true` for a whole unknown value. */
function part(unknown: Json | undefined, name: string): Json | undefined {
  if (Array.isArray(unknown)) return unknown[Number(name)];
  return isJsonObject(unknown) ? own(unknown, name) : unknown;
}
