import { join } from "node:path";

import { scratchDirectory, writeScript } from "@dev-one/cli/test/files";

import { findTerraform } from "../src";
import { fakeTerraform } from "./support";

describe("finding Terraform", () => {
  test("takes the one on PATH", async () => {
    const path = scratchDirectory();
    const executable = fakeTerraform(path, "1.12.2");
    await expect(findTerraform({ path, root: scratchDirectory() })).resolves.toEqual({ executable, version: "1.12.2" });
  });

  test("takes the set-up's when the one on PATH is too old", async () => {
    const path = scratchDirectory();
    fakeTerraform(path, "1.10.5");
    const root = scratchDirectory();
    const executable = fakeTerraform(join(root, ".venv", "bin"), "1.11.4");
    await expect(findTerraform({ path, root })).resolves.toEqual({ executable, version: "1.11.4" });
  });

  test("names an old one, with its path, the needed version and the remedy", async () => {
    const path = scratchDirectory();
    const executable = fakeTerraform(path, "1.5.7");
    await expect(findTerraform({ path, root: scratchDirectory() })).rejects.toThrow(
      `Terraform is not usable (${executable} is 1.5.7): put version 1.11 or newer on PATH (write-only arguments need ` +
        "it), or run `npm run setup`, which installs one into .venv.",
    );
  });

  test("says that there is none", async () => {
    await expect(findTerraform({ path: scratchDirectory(), root: scratchDirectory() })).rejects.toThrow(
      /^Terraform is missing: /,
    );
  });

  test("says that one does not work", async () => {
    const path = scratchDirectory();
    writeScript(join(path, "terraform"), "process.exit(3);");
    await expect(findTerraform({ path, root: scratchDirectory() })).rejects.toThrow("does not say its version");
  });
});
