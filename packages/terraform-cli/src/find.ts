import { delimiter, join } from "node:path";

import { isExecutable } from "@dev-one/cli/executable";
import { projectRoot } from "@dev-one/cli/project-root";
import { UserError } from "@dev-one/cli/user-error";
import { execa } from "execa";

/** Write-only arguments, which keep the Datadog key out of the state, require this version. */
const MINIMUM_TERRAFORM = "1.11";

export interface FoundTerraform {
  /** Absolute path. */
  readonly executable: string;
  /** Such as "1.11.4". */
  readonly version: string;
}

export interface FindTerraformOptions {
  /** @default PATH of this process */
  readonly path?: string;
  /** Directory that holds .venv. @default the project's */
  readonly root?: string;
}

/**
 * Finds Terraform 1.11 or newer: the first one on PATH, otherwise the one that the set-up installed into .venv.
 *
 * @throws UserError when no version or only older versions are installed
 */
export async function findTerraform(options: FindTerraformOptions = {}): Promise<FoundTerraform> {
  const directories = (options.path ?? process.env.PATH ?? "").split(delimiter).filter((entry) => entry !== "");
  const onPath = directories.map((directory) => join(directory, "terraform")).find(isExecutable);
  const inVenv = join(options.root ?? projectRoot(), ".venv", "bin", "terraform");
  const unfit: string[] = [];
  for (const executable of new Set([onPath, inVenv])) {
    if (executable === undefined || !isExecutable(executable)) continue;
    const version = await askVersion(executable);
    // A pre-release counts as its release: 1.11.0-rc1 supports everything that 1.11 supports.
    const order = version?.localeCompare(MINIMUM_TERRAFORM, "en", { numeric: true }) ?? -1;
    if (version !== undefined && order >= 0) return { executable, version };
    unfit.push(version === undefined ? `${executable} does not say its version` : `${executable} is ${version}`);
  }
  const found = unfit.length === 0 ? "Terraform is missing" : `Terraform is not usable (${unfit.join(", ")})`;
  throw new UserError(
    `${found}: put version ${MINIMUM_TERRAFORM} or newer on PATH (write-only arguments need it), ` +
      "or run `npm run setup`, which installs one into .venv.",
  );
}

async function askVersion(executable: string): Promise<string | undefined> {
  const { stdout, failed } = await execa(executable, ["version", "-json"], {
    env: { CHECKPOINT_DISABLE: "1" },
    reject: false,
    stdin: "ignore",
    timeout: 20_000,
  });
  return failed ? undefined : /"terraform_version"\s*:\s*"([^"]+)"/.exec(stdout)?.[1];
}
