import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { bundleOf } from "../../../scripts/bundle.mjs";

/** Makes a directory that all test files of one run share, and the bundle that they synthesize with. */
export default async function setUp() {
  process.env.DEV_ONE_TEST_RUN ??= mkdtempSync(join(tmpdir(), "dev-one-test-run-"));
  process.env.DEV_ONE_TEST_APP = await bundleOf(join(dirname(fileURLToPath(import.meta.url)), "stacks.app.ts"));
}
