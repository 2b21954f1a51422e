import { join } from "node:path";

import { InterruptedError, UserError } from "@dev-one/cli/user-error";
import { execa } from "execa";

/** A resource of an account. */
export interface Item {
  /** Such as "security group"; see emulator/inventory.py. */
  readonly kind: string;
  readonly id: string;
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
  const { stdout, stderr, failed, isCanceled } = await execa(
    join(root, ".venv", "bin", "python"),
    ["-m", "emulator.inventory"],
    {
      cwd: join(root, "packages", "local-cloud", "src"),
      env: { ...env, PYTHONDONTWRITEBYTECODE: "1" },
      reject: false,
      stdin: "ignore",
      cancelSignal: signal,
    },
  );
  if (isCanceled) throw new InterruptedError();
  if (failed) throw new UserError(`The inventory of the local cloud failed: ${stderr.trim().split("\n").pop() ?? ""}`);
  return (JSON.parse(stdout) as [string, string][]).map(([kind, id]) => ({ kind, id }));
}
