import { join } from "node:path";

import { InterruptedError, UserError } from "@dev-one/cli/user-error";
import { execa } from "execa";

/** A resource of an account. */
export interface Item {
  /** Such as "security group"; see emulator/inventory.py. */
  readonly kind: string;
  readonly id: string;
}

/** What may remain after `terraform destroy` of an environment: kind, pattern of the id, and the reason. */
const EXPECTED: readonly (readonly [kind: string, id: RegExp, reason: string])[] = [
  [
    "bucket",
    /-terraform-state-\d{12}$/,
    "the state bucket belongs to the state stack, which is protected from destruction",
  ],
  ["key", /^[0-9a-f-]{36}$/, "the state bucket's key, protected like the bucket"],
  ["key alias", /^alias\/.*-terraform-state$/, "the name of the state bucket's key"],
  ["role", /-delivery-(plan|apply)$/, "what GitHub's workflows assume belongs to the state stack"],
  [
    "key pending deletion",
    /^[0-9a-f-]{36}$/,
    "KMS deletes a key only after a waiting period, so that a mistake can be undone",
  ],
  [
    "network interface",
    /^eni-/,
    "moto keeps the interfaces of ended instances and NAT gateways; AWS deletes them with their owner",
  ],
  [
    "database parameters",
    /^default\./,
    "RDS makes a default parameter group when an engine is first used, and it cannot be deleted",
  ],
];

/**
 * Resources that remain after a destroy, each with the reason; without one, the destroy was incomplete.
 *
 * @param before resources that the emulator contains initially, such as the default VPC
 */
export function leftovers(before: readonly Item[], after: readonly Item[]) {
  return after
    .filter(({ kind, id }) => !before.some((known) => known.kind === kind && known.id === id))
    .map((item) => ({ ...item, reason: EXPECTED.find(([kind, id]) => kind === item.kind && id.test(item.id))?.[2] }));
}

/**
 * Lists all resources of the account through the API.
 *
 * @param env environment with which AWS clients use the local cloud
 */
export async function takeInventory(
  root: string,
  env: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Item[]> {
  const python = join(root, ".venv", "bin", "python");
  const { stdout, stderr, failed, isCanceled } = await execa(python, ["-m", "emulator.inventory"], {
    cwd: join(root, "packages", "local-cloud", "src"),
    env: { ...env, PYTHONDONTWRITEBYTECODE: "1" },
    reject: false,
    stdin: "ignore",
    cancelSignal: signal,
  });
  if (isCanceled) throw new InterruptedError();
  if (failed) throw new UserError(`The inventory of the local cloud failed: ${stderr.trim().split("\n").pop() ?? ""}`);
  return (JSON.parse(stdout) as [string, string][]).map(([kind, id]) => ({ kind, id }));
}
