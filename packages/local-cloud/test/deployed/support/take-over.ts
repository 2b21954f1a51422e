import { join } from "node:path";

import { isJsonObject, type JsonObject } from "@dev-one/cli/json";
import type { RawPlan } from "@dev-one/terraform-json/read-plan";
import { execa } from "execa";

import type { Deployment } from "../../../src/deployment";
import { type LocalCloud, ROOT } from "./local-cloud";

/** A resource in a plan or a state. */
export interface KnownResource {
  readonly address: string;
  readonly type: string;
  /** Its known attributes. */
  readonly values: JsonObject;
}

/**
 * Imports the resources that a plan would create and the cloud already has. Plans again until it finds no more, because a resource
 * can be found only when its parent is in the state.
 *
 * @returns the imported addresses, and the plan for the rest
 */
export async function takeOver(
  cloud: LocalCloud,
  directory: string,
  deployment: Deployment,
): Promise<{ readonly taken: readonly string[]; readonly plan: RawPlan }> {
  const taken: string[] = [];
  for (;;) {
    const plan = await deployment.plan();
    const toCreate = (plan.resource_changes ?? [])
      .filter(({ mode, change }) => mode === "managed" && change.actions.join() === "create")
      .map(({ address, type, change }) => ({ address, type, values: isJsonObject(change.after) ? change.after : {} }));
    const before = taken.length;
    for (const [address, id] of Object.entries(await findExisting(cloud, toCreate))) {
      if (id === null) continue;
      await terraform(cloud, directory, "import", address, id);
      taken.push(address);
    }
    if (taken.length === before) return { taken, plan };
  }
}

/**
 * The import ids by address; null for resources that do not exist in the cloud. Resources that can be created again without harm
 * are omitted.
 */
export async function findExisting(
  cloud: LocalCloud,
  resources: readonly KnownResource[],
): Promise<Record<string, string | null>> {
  const python = join(ROOT, ".venv", "bin", "python");
  const { stdout } = await execa(python, [join(__dirname, "existing.py")], {
    env: { ...cloud.env, PYTHONDONTWRITEBYTECODE: "1" },
    input: JSON.stringify(resources),
  });
  return JSON.parse(stdout) as Record<string, string | null>;
}

/** The managed resources in the state of a directory. */
export async function resourcesInState(cloud: LocalCloud, directory: string): Promise<KnownResource[]> {
  const shown = JSON.parse(await terraform(cloud, directory, "show", "-json")) as {
    values: { root_module: { resources: (KnownResource & { mode: string })[] } };
  };
  return shown.values.root_module.resources
    .filter(({ mode }) => mode === "managed")
    .map(({ address, type, values }) => ({ address, type, values }));
}

/** Runs Terraform as a user does. @returns its output */
export async function terraform(cloud: LocalCloud, directory: string, ...args: string[]): Promise<string> {
  const { exitCode, stdout, all } = await execa(cloud.executable, args, {
    cwd: directory,
    env: { ...cloud.env, TF_IN_AUTOMATION: "1", TF_INPUT: "0", CHECKPOINT_DISABLE: "1" },
    stdin: "ignore",
    reject: false,
    all: true,
    cancelSignal: cloud.signal,
  });
  if (exitCode !== 0) throw new Error(`terraform ${args.join(" ")} failed: ${all}`);
  return stdout;
}
