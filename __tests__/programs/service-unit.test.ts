import { chmodSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";

import { stagingWithProgram } from "../support/environments";
import { run } from "./support/program";
import { ServerRoot } from "./support/server-root";

// Conditions and assertions of the units, evaluated by systemd itself. systemd tests conditions before assertions: an unmet condition skips
// the unit, a failed assertion fails its start and logs "Assertion failed for ...". A program that passes both and cannot be executed, such as one
// in a folder that its user may not enter, fails with status=203/EXEC, and Restart= tries again.
// @see https://www.freedesktop.org/software/systemd/man/252/systemd.unit.html#Conditions%20and%20Asserts

const UNIT = "/etc/systemd/system/dev-one-service.service";
const INSTALL_UNIT = "/etc/systemd/system/dev-one-service-install.service";
const RUN = "/opt/dev-one/service/run";
const INSTALL = "/opt/dev-one/service/install";

let root: ServerRoot;
afterEach(() => {
  root.remove();
});

describe("the unit of the service", () => {
  test("is skipped where no program is expected", async () => {
    root = new ServerRoot(stagingWithProgram("none"));
    expect(await verdict(UNIT)).toBe("skipped");
  });

  test("starts the example", async () => {
    root = new ServerRoot(stagingWithProgram("example"));
    expect(await verdict(UNIT)).toBe("started");
  });

  test("starts the program of an image", async () => {
    root = new ServerRoot(stagingWithProgram("image"));
    root.write(RUN, "#!/bin/sh\n", true);
    expect(await verdict(UNIT)).toBe("started");
  });

  test.each([
    ["without the folder", () => undefined],
    ["with the folder, and without run", () => mkdirSync(dirname(root.path(RUN)), { recursive: true })],
    ["with run that has lost its execute bit", () => root.write(RUN, "#!/bin/sh\n", false)],
    ["with a folder of that name", () => mkdirSync(root.path(RUN), { recursive: true })],
  ])("fails by its assertion for an image %s", async (_, prepare) => {
    root = new ServerRoot(stagingWithProgram("image"));
    prepare();
    expect(await verdict(UNIT)).toBe("assertion failed");
  });

  test("fails by its assertion for an example that has lost its execute bit", async () => {
    root = new ServerRoot(stagingWithProgram("example"));
    chmodSync(root.path(RUN), 0o644);
    expect(await verdict(UNIT)).toBe("assertion failed");
  });
});

describe("the unit that installs the program's dependencies", () => {
  beforeEach(() => {
    root = new ServerRoot(stagingWithProgram("image"));
  });

  test("is skipped for a program without dependencies", async () => {
    expect(await verdict(INSTALL_UNIT)).toBe("skipped");
  });

  test.each([true, false])("is started, and its failure is logged, with execute bit %s", async (executable) => {
    root.write(INSTALL, "#!/bin/sh\n", executable);
    expect(await verdict(INSTALL_UNIT)).toBe("started");
  });
});

/** The result of a start job of a unit, by the conditions and assertions of its file, in the order in which systemd tests them. */
async function verdict(unit: string): Promise<"skipped" | "assertion failed" | "started"> {
  const lines = root.file(unit).content.split("\n");
  const checks = lines
    .filter((line) => /^(Condition|Assert)\w+=/.test(line))
    .map((line) => line.replace(/=(!?)\//, `=$1${root.directory}/`));
  const { output } = await run("systemd-analyze", "condition", ...checks);
  expect(output).not.toMatch(/Cannot parse|ignoring/);
  if (output.includes("Conditions failed.")) return "skipped";
  if (output.includes("Asserts failed.")) return "assertion failed";
  // systemd tests each list up to the first line that is not met, so that all lines are tested only for a unit that starts.
  const succeeded = output.split("\n").filter((line) => /^test\.service: .* succeeded\.$/.test(line));
  expect(succeeded).toHaveLength(checks.length);
  return "started";
}
