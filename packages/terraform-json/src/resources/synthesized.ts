import { type Arguments, type Lookup, Resource } from "./resource";
import { Stack } from "./stack";

/** The parts of `cdk.tf.json` that the rules read. */
interface Document {
  readonly resource?: Resources;
  readonly data?: Resources;
  readonly terraform?: Arguments;
  readonly provider?: Arguments;
}
type Resources = Readonly<Record<string, Readonly<Record<string, Arguments>>>>;

/** Reads a stack as CDKTF wrote it. */
export function fromSynthesis(name: string, json: object): Stack {
  const document = json as Document;
  const byAddress = new Map<string, Resource>();
  const lookup: Lookup = (address) => byAddress.get(address);
  const read = (prefix: string, types: Resources = {}) =>
    Object.entries(types).flatMap(([type, resources]) =>
      Object.entries(resources).map(([id, { "//": comment, ...values }]) => {
        const address = `${prefix}${type}.${id}`;
        const path = pathOf(comment)?.slice(name.length + 1) ?? address;
        const resource = new Resource({ type, address, path, values, expressions: values, lookup });
        byAddress.set(address, resource);
        return resource;
      }),
    );
  const resources = read("", document.resource);
  read("data.", document.data);
  const settings = { terraform: document.terraform ?? {}, ...document.provider };
  return new Stack({
    name,
    source: "synthesis",
    environment: environmentOf(settings) ?? name.replace(/-(state|monitoring)$/, ""),
    resources,
    settings: new Resource({
      type: "stack",
      address: "terraform",
      path: "",
      values: settings,
      expressions: settings,
      lookup,
    }),
  });
}

function pathOf(comment: unknown): string | undefined {
  return (comment as { metadata?: { path?: string } } | undefined)?.metadata?.path;
}

function environmentOf({ aws }: Arguments): string | undefined {
  const [first] = Array.isArray(aws) ? (aws as { default_tags?: { tags?: { env?: string } }[] }[]) : [];
  return first?.default_tags?.[0]?.tags?.env;
}
