import { join } from "node:path";

import { scratchDirectory, writeScript } from "@dev-one/cli/test/files";

import { findTerraform } from "../src";
import { fakeTerraform } from "./support";

describe("finding Terraform", () => {
  test("uses the one on PATH", async () => {
    const path = scratchDirectory();
    const executable = fakeTerraform(path, "1.12.2");
    await expect(findTerraform({ path, root: scratchDirectory() })).resolves.toEqual({ executable, version: "1.12.2" });
  });

  test("uses the one in .venv when the one on PATH is too old", async () => {
    const path = scratchDirectory();
    fakeTerraform(path, "1.10.5");
    const root = scratchDirectory();
    const executable = fakeTerraform(join(root, ".venv", "bin"), "1.11.4");
    await expect(findTerraform({ path, root })).resolves.toEqual({ executable, version: "1.11.4" });
  });

  test("reports a too old version with its path, the required version and how to install it", async () => {
    const path = scratchDirectory();
    const executable = fakeTerraform(path, "1.5.7");
    await expect(findTerraform({ path, root: scratchDirectory() })).rejects.toThrow(
      `Terraform is not usable (${executable} is 1.5.7): put version 1.11 or newer on PATH (write-only arguments need ` +
        "it), or run `npm run setup`, which installs one into .venv.",
    );
  });

  test("reports that Terraform is missing", async () => {
    await expect(findTerraform({ path: scratchDirectory(), root: scratchDirectory() })).rejects.toThrow(
      /^Terraform is missing: /,
    );
  });

  test("reports an executable that prints no version", async () => {
    const path = scratchDirectory();
    writeScript(join(path, "terraform"), "process.exit(3);");
    await expect(findTerraform({ path, root: scratchDirectory() })).rejects.toThrow("does not say its version");
  });
});
