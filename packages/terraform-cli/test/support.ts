import { join } from "node:path";

import { writeScript } from "@dev-one/cli/test/files";

/** An executable that answers `version -json` as Terraform does. */
export function fakeTerraform(directory: string, version: string): string {
  const answer = JSON.stringify(JSON.stringify({ terraform_version: version }));
  return writeScript(join(directory, "terraform"), `console.error("warning"); console.log(${answer});`);
}
