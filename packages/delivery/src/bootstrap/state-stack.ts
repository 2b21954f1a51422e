// The synthesized JSON of a state stack, changed for one step of the bootstrap. All functions return copies.
import { type JsonObject, objectAt } from "@dev-one/cli/json";
import { UserError } from "@dev-one/cli/user-error";
import { fromSynthesis, type Resource, type Stack } from "@dev-one/terraform-json/resources";
import { strings } from "@dev-one/terraform-json/values";

/** The S3 backend of the stack. @throws UserError when it has none */
export function s3Backend(stack: JsonObject): JsonObject & { bucket: string; key: string } {
  const backend = objectAt(stack, "terraform", "backend", "s3");
  const { bucket, key } = backend ?? {};
  if (typeof bucket !== "string" || typeof key !== "string") {
    throw new UserError(
      "The state stack has no S3 backend with a bucket and a key, so there is nowhere to move its state.",
    );
  }
  return { ...backend, bucket, key };
}

/** The stack with a local backend: its state is a file in the same directory. */
export function withLocalBackend(stack: JsonObject): JsonObject {
  const copy = structuredClone(stack);
  copy.terraform = { ...objectAt(copy, "terraform"), backend: { local: { path: "terraform.tfstate" } } };
  return copy;
}

/**
 * The backend without resources, which is sufficient to read the state. The provider requirement stays, because Terraform installs
 * the provider of every resource in the state, and would install the newest version.
 */
export function backendOnly(stack: JsonObject): JsonObject {
  const { backend = {}, required_providers: providers = {} } = objectAt(stack, "terraform") ?? {};
  return { terraform: structuredClone({ backend, required_providers: providers }) };
}

/**
 * The stack with import blocks for the resources that an earlier run may have created and that cannot be created twice: the bucket;
 * with `andKey`, the KMS key that the alias refers to; and the named IAM resources. Addresses in `without`, which are in the state
 * or were never created, get no import block. The bucket's settings and attached policies need none either: creating them again
 * writes the same values.
 *
 * @throws UserError when the stack does not hold exactly one bucket
 */
export function withImports(
  stack: JsonObject,
  { andKey, without = [] }: { readonly andKey: boolean; readonly without?: readonly string[] },
): JsonObject {
  const copy = structuredClone(stack);
  const resources = fromSynthesis("state", copy);
  const bucket = single(resources, "aws_s3_bucket");
  if (bucket === undefined) throw new UserError("The state stack must hold exactly one S3 bucket.");
  const isWanted = ({ to }: Import): boolean => !without.includes(to);
  const [key, alias] = andKey ? keyOf(resources) : [];
  if (key !== undefined && alias !== undefined && isWanted(key)) {
    copy.data = { ...objectAt(copy, "data"), aws_kms_alias: { existing: { name: alias.id } } };
  }
  const imports = [
    { to: bucket.address, id: s3Backend(copy).bucket },
    ...[key, alias].filter((each) => each !== undefined),
    ...identitiesOf(resources, s3Backend(copy)),
  ];
  return { ...copy, import: imports.filter(isWanted) };
}

type Import = JsonObject & { readonly to: string; readonly id: string };

/** The key, found by its alias, and the alias. @returns nothing unless the stack has exactly one of each */
function keyOf(stack: Stack): Import[] {
  const key = single(stack, "aws_kms_key");
  const alias = single(stack, "aws_kms_alias");
  const aliasName = alias?.template("name");
  if (key === undefined || alias === undefined || aliasName === undefined) return [];
  return [
    { to: key.address, id: "${data.aws_kms_alias.existing.target_key_id}" },
    { to: alias.address, id: aliasName },
  ];
}

/** IAM roles, policies and identity providers, with their import ids. */
function identitiesOf(stack: Stack, backend: JsonObject): Import[] {
  const [account = ""] = strings(backend.allowed_account_ids);
  const arn = (kind: string, name: string) => `arn:aws:iam::${account}:${kind}/${name}`;
  const name = (resource: Resource) => resource.template("name") ?? "";
  const ids: Readonly<Record<string, (resource: Resource) => string>> = {
    aws_iam_openid_connect_provider: (provider) =>
      arn("oidc-provider", (provider.template("url") ?? "").replace("https://", "")),
    aws_iam_policy: (policy) => arn("policy", name(policy)),
    aws_iam_role: name,
  };
  return Object.entries(ids).flatMap(([type, id]) =>
    stack.of(type).map((resource) => ({ to: resource.address, id: id(resource) })),
  );
}

function single(stack: Stack, type: string): Resource | undefined {
  const [first, ...others] = stack.of(type);
  return others.length === 0 ? first : undefined;
}
