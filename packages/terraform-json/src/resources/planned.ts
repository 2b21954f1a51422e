import { type Arguments, type Lookup, Resource } from "./resource";
import { Stack } from "./stack";
import { UNKNOWN } from "./undecided";

/** The parts of `terraform show -json PLANFILE` that the rules read. */
interface Document {
  readonly resource_changes?: readonly {
    readonly address: string;
    readonly mode: string;
    readonly type: string;
    readonly change: { readonly after: unknown; readonly after_unknown?: unknown };
  }[];
  readonly configuration?: {
    readonly root_module?: {
      readonly resources?: readonly { readonly address: string; readonly expressions?: unknown }[];
    };
    readonly provider_config?: Readonly<Record<string, { readonly name: string; readonly expressions?: unknown }>>;
  };
}

/** Information that is not in the plan. */
export interface PlanOptions {
  /** Construct paths by address, from the synthesized JSON of the same stack. @default none: addresses are used instead */
  readonly paths?: ReadonlyMap<string, string>;
}

/** Reads the resources that would exist after a plan. */
export function fromPlan(name: string, json: object, options: PlanOptions = {}): Stack {
  const document = json as Document;
  const expressions = new Map(
    document.configuration?.root_module?.resources?.map((each) => [each.address, each.expressions] as const),
  );
  const byAddress = new Map<string, Resource>();
  const lookup: Lookup = (address) => byAddress.get(address);
  const changes = (document.resource_changes ?? []).filter(({ change }) => change.after !== null);
  const resources = changes.flatMap(({ address, mode, type, change }) => {
    const base = address.replace(/\[.*\]$/, "");
    const resource = new Resource({
      type,
      address,
      path: options.paths?.get(base) ?? address,
      values: written(withUnknown(change.after, change.after_unknown) as Arguments, expressions.get(base)),
      expressions: expressions.get(base) ?? {},
      lookup,
    });
    if (!byAddress.has(base)) byAddress.set(base, resource);
    return mode === "managed" ? [resource] : [];
  });
  const settings = new Resource({ type: "stack", address: "terraform", path: "", values: {}, expressions: {}, lookup });
  return new Stack({
    name,
    source: "plan",
    environment: environmentOf(document) ?? name.replace(/-(state|monitoring)$/, ""),
    resources,
    settings,
  });
}

/**
 * The arguments that the configuration sets, as in synthesized JSON. Computed values, such as the default policy of a VPC endpoint,
 * are omitted, because the configuration does not decide them. Without the configuration, as in a module, all arguments.
 */
function written(values: Arguments, expressions: unknown): Arguments {
  if (typeof expressions !== "object" || expressions === null) return values;
  return Object.fromEntries(Object.entries(values).filter(([name]) => Object.hasOwn(expressions, name)));
}

/** Terraform omits unknown values and lists them in `after_unknown`. */
function withUnknown(value: unknown, unknown: unknown): unknown {
  if (unknown === true) return UNKNOWN;
  if (typeof unknown !== "object" || unknown === null) return value;
  if (Array.isArray(unknown)) {
    const values = Array.isArray(value) ? (value as unknown[]) : [];
    return Array.from({ length: Math.max(values.length, unknown.length) }, (_, index) =>
      withUnknown(values[index], (unknown as unknown[])[index]),
    );
  }
  const entries = Object.entries(unknown).map(([key, each]) => [
    key,
    withUnknown((value as Arguments | null)?.[key], each),
  ]);
  return { ...(value as Arguments | null), ...(Object.fromEntries(entries) as Arguments) };
}

function environmentOf({ configuration }: Document): string | undefined {
  const aws = configuration?.provider_config?.aws?.expressions as
    { default_tags?: { tags?: { constant_value?: { env?: string } } }[] } | undefined;
  return aws?.default_tags?.[0]?.tags?.constant_value?.env;
}
