import { addressesIn, decodeDocument, isInterpolated } from "./expression";
import { Undecided, UNKNOWN } from "./undecided";

export type Arguments = Readonly<Record<string, unknown>>;

/** Finds the resources that an expression refers to. */
export type Lookup = (address: string) => Resource | undefined;

export interface BlockProps {
  readonly values: Arguments;
  /** The source of references: the values themselves in synthesized JSON, the configuration's expressions in a plan. */
  readonly expressions: unknown;
  /** Path within the resource; empty for the resource itself. */
  readonly place?: string;
  readonly lookup: Lookup;
}

/**
 * Arguments of a resource or of a block in it.
 *
 * Reading a value that is not known yet throws `Undecided`, so that a rule does not treat it as absent.
 */
export class Block {
  /** Cached, because rules read the references of every resource of a type repeatedly. */
  private readonly found = new Map<string, readonly Resource[]>();

  constructor(private readonly props: BlockProps) {}

  /** Whether the argument is set, to any value. */
  has(name: string): boolean {
    const value = this.props.values[name];
    return value !== undefined && value !== null;
  }

  /** The arguments that are set. */
  names(): string[] {
    return Object.keys(this.props.values).filter((name) => this.has(name));
  }

  /** @throws Undecided */
  text(name: string): string | undefined {
    const value = this.known(name);
    return value === undefined ? undefined : textOf(value);
  }

  /** Text with its references unresolved; undefined also when the whole value is not known yet. */
  template(name: string): string | undefined {
    const value = this.props.values[name];
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
    return (Array.isArray(value) ? value : [value]).map((each: unknown) => {
      if (each === UNKNOWN || (typeof each === "string" && isInterpolated(each))) throw this.undecided(name);
      return textOf(each);
    });
  }

  /** Nested blocks: Terraform's JSON writes a single one with or without a list around it. @throws Undecided */
  blocks(name: string): Block[] {
    const value = this.props.values[name];
    if (value === undefined || value === null) return [];
    if (value === UNKNOWN) throw this.undecided(name);
    const expressions = argumentOf(this.props.expressions, name);
    return (Array.isArray(value) ? value : [value]).map((each: unknown, index) => {
      if (each === UNKNOWN) throw this.undecided(name);
      return new Block({
        values: (each ?? {}) as Arguments,
        expressions: Array.isArray(expressions) ? (expressions as unknown[])[index] : expressions,
        place: this.placeOf(name),
        lookup: this.props.lookup,
      });
    });
  }

  /** The first nested block of a name. @throws Undecided */
  block(name: string): Block | undefined {
    return this.blocks(name)[0];
  }

  /** A JSON document in a string, such as a policy. @throws Undecided */
  document(name: string): unknown {
    const value = this.props.values[name];
    if (value === undefined || value === null) return undefined;
    const document = typeof value === "string" ? decodeDocument(value) : UNKNOWN;
    if (document === UNKNOWN) throw this.undecided(name);
    return document;
  }

  /** The resources that an argument refers to, each once. */
  targets(name: string): readonly Resource[] {
    const known = this.found.get(name);
    if (known !== undefined) return known;
    const addresses = new Set(referencesIn(argumentOf(this.props.expressions, name)));
    const found = new Set(
      [...addresses].map((address) => this.props.lookup(address)).filter((each) => each !== undefined),
    );
    this.found.set(name, [...found]);
    return [...found];
  }

  /** The first resource that an argument refers to. */
  target(name: string): Resource | undefined {
    return this.targets(name)[0];
  }

  protected undecided(name: string): Undecided {
    return new Undecided(this.placeOf(name));
  }

  private placeOf(name: string): string {
    return [this.props.place ?? "", name].filter((part) => part !== "").join(".");
  }

  /** The value; when it is only a reference to an argument of another resource, the value of that argument if it is set. */
  private known(name: string): unknown {
    const value = this.props.values[name];
    if (value === null) return undefined;
    if (value === UNKNOWN) throw this.undecided(name);
    if (typeof value !== "string" || !isInterpolated(value)) return value;
    const [, address = "", argument = ""] = /^\$\{([a-z0-9_]+\.[\w-]+)\.(\w+)\}$/.exec(value) ?? [];
    const target = this.props.lookup(address);
    if (target?.has(argument) === true) return target.text(argument);
    throw this.undecided(name);
  }
}

export interface ResourceProps extends Omit<BlockProps, "place"> {
  readonly type: string;
  /** Terraform's address, such as `aws_vpc.network_vpc_BDAB4594`. */
  readonly address: string;
  /** Construct path without the stack, such as `network/vpc/vpc`; the address when the path is unknown. */
  readonly path: string;
}

/** A resource of a stack, or the stack's own settings, with its arguments. */
export class Resource extends Block {
  /** Terraform's type, such as `aws_subnet`. */
  readonly type: string;
  /** Terraform's address within the stack. */
  readonly address: string;
  /** Construct path without the stack; the address when the path is unknown. */
  readonly path: string;

  constructor(props: ResourceProps) {
    super(props);
    this.type = props.type;
    this.address = props.address;
    this.path = props.path;
  }

  /** Whether the resource has `prevent_destroy`; known in synthesized JSON only. */
  get isProtected(): boolean {
    return this.block("lifecycle")?.flag("prevent_destroy") === true;
  }
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function argumentOf(node: unknown, name: string): unknown {
  return typeof node === "object" && node !== null ? (node as Arguments)[name] : undefined;
}

/** References in synthesized values (strings) and in a plan's expressions (`references`). */
function referencesIn(node: unknown): string[] {
  if (typeof node === "string") return addressesIn(node);
  if (typeof node !== "object" || node === null) return [];
  if (Array.isArray(node)) return node.flatMap(referencesIn);
  const { references } = node as { references?: unknown };
  if (Array.isArray(references)) return (references as string[]).flatMap(addressOf);
  return Object.values(node).flatMap(referencesIn);
}

/** `aws_vpc.a.id` and `aws_vpc.a[0].id` refer to `aws_vpc.a`. */
function addressOf(reference: string): string[] {
  const found = /^((?:data\.)?[a-z][a-z0-9]*_[a-z0-9_]+\.[\w-]+)/.exec(reference)?.[1];
  return found === undefined ? [] : [found];
}
