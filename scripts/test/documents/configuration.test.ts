import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { scratchDirectory } from "@dev-one/cli/test/files";

import { configurationPage } from "../../documents/configuration/page";
import { compilerOptions, settingsOf } from "../../documents/configuration/settings";
import { ROOT } from "./support/project";

const directory = scratchDirectory();

/** The settings of an interface `Props` with these members. */
function settings(members: string) {
  const file = join(directory, "props.ts");
  // TypeScript attaches a docstring on the line of a brace to the brace.
  writeFileSync(file, `export interface Props {${members.replaceAll("/**", "\n/**")}}`);
  return settingsOf(file, "Props", { ...compilerOptions(ROOT), types: [] });
}

/** The rows of the page's tables. */
function rows(members: string): string[] {
  return configurationPage(settings(members))
    .split("\n")
    .filter((line) => line.startsWith("| `"));
}

test("shows a setting with its type, its default, and its docstring in one line", () => {
  expect(
    rows(`
      /** Name of the environment,
       *  for people. */
      name: string;
      /** Root volume, GiB. @default 30 */
      rootVolumeGib?: number;
      /** Source of the program. @default none */
      program?: "none" | "image";`),
  ).toEqual([
    "| `name` | `string` | required | Name of the environment, for people. |",
    "| `rootVolumeGib` | `number` | 30 | Root volume, GiB. |",
    '| `program` | `"none" \\| "image"` | none | Source of the program. |',
  ]);
});

test("shows objects, lists, records, and each member of a union with their parts", () => {
  expect(
    rows(`
      /** Zones. */
      zones: { /** Name. */ name: string; /** Subnets. */ subnets: { /** Data. */ data: string } }[];
      /** Work. @default none */
      maintenance?: Record<string, { /** Reason. */ reason: string }>;
      /** Paging. @default nobody */
      paging?: { /** Nobody. */ kind: "none" } | { /** On-call. */ kind: "on-call"; /** Team. */ team: string };
      /** Names. */
      names: string[];`).map((row) => row.split(" | ").slice(0, 2).join(" | ")),
  ).toEqual([
    "| `names` | `string[]`",
    "| `zones[].name` | `string`",
    "| `zones[].subnets` | ",
    "| `zones[].subnets.data` | `string`",
    "| `maintenance.<name>.reason` | `string`",
    '| `paging.kind` | `"none"`',
    '| `paging.kind` | `"on-call"`',
    "| `paging.team` | `string`",
  ]);
});

test("shows a pair of values with one default as one setting", () => {
  expect(
    rows(`
      /** Thresholds. */
      thresholds?: {
        /** CPU, percent. @default 85, 90 */
        cpuPercent?: { /** Warning. */ warning?: number; /** Alert. */ critical?: number };
      };`),
  ).toEqual(["| `thresholds.cpuPercent` | `{ warning?: number; critical?: number; }` | 85, 90 | CPU, percent. |"]);
});

test("refuses settings without a docstring or a default, and names them", () => {
  expect(() =>
    settings(`
      name: string;
      /** Servers. */
      servers: { /** AMI. */ amiId?: string };`),
  ).toThrow("The docstrings have gaps: name has no description, servers.amiId has no @default.");
});
