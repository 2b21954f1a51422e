import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Makes a directory that all test files of one run share. */
export default function setUp(): void {
  process.env.DEV_ONE_TEST_RUN ??= mkdtempSync(join(tmpdir(), "dev-one-test-run-"));
}
