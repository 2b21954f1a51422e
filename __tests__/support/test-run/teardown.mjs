import { rmSync } from "node:fs";

/** Removes what the test files of one run shared. */
export default function tearDown() {
  const { DEV_ONE_TEST_RUN: directory } = process.env;
  if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
}
