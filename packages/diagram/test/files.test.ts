import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { parseArguments } from "../src/command";
import { previews } from "../src/dashboards/pictures";
import { staleFiles, writePictures } from "../src/files";
import { diagrams } from "../src/pictures";

const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"/>';
const pictures = [{ name: "architecture-staging", svg }];
const { family } = diagrams;
let scratch = "";
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), "dev-one-pictures-"));
  writePictures(pictures, scratch, family);
});
afterEach(() => {
  rmSync(scratch, { recursive: true });
});

test("written pictures are up to date, even if another machine rasterized the PNG", () => {
  writeFileSync(join(scratch, "other.svg"), "<svg/>");
  expect(readdirSync(scratch).sort()).toEqual(["architecture-staging.png", "architecture-staging.svg", "other.svg"]);
  const file = join(scratch, "architecture-staging.png");
  writeFileSync(file, Buffer.concat([readFileSync(file), Buffer.from("of another machine")]));
  expect(staleFiles(pictures, scratch, family)).toEqual([]);
});

test("names the stale files of a change, missing ones, and those of a removed environment", () => {
  const stale = (name: string) => staleFiles([{ name, svg: `${svg} ` }], scratch, family);
  expect(stale("architecture-staging")).toEqual([
    "architecture-staging.svg does not show what the configuration says",
    "architecture-staging.png does not show what the configuration says",
  ]);
  expect(stale("architecture-production")).toEqual([
    "architecture-production.svg is missing",
    "architecture-production.png is missing",
    "architecture-staging.png shows an environment that is not there",
    "architecture-staging.svg shows an environment that is not there",
  ]);
});

test("an SVG that cannot be rasterized leaves the files unchanged", () => {
  const write = () => {
    writePictures([{ name: "architecture-staging", svg: "<svg" }], scratch, family);
  };
  expect(write).toThrow();
  expect(readFileSync(join(scratch, "architecture-staging.svg"), "utf8")).toBe(svg);
});

test("a PNG of a dashboard has 1.5 pixels per unit of the picture, of another picture 2", () => {
  const width = () => readFileSync(join(scratch, "architecture-staging.png")).readUInt32BE(16);
  expect(width()).toBe(8);
  writePictures(pictures, scratch, previews.family);
  expect(width()).toBe(6);
});

test("refuses unknown options and environments in one sentence", () => {
  for (const command of [diagrams, previews]) {
    const help = new RegExp(`^unknown option '--chekc'.* See \`${command.name} -- --help\`\\.$`);
    expect(() => parseArguments(command, ["--chekc"])).toThrow(help);
  }
  expect(() => parseArguments(diagrams, ["--environment", "staging"])).toThrow("unknown option '--environment'");
  const defaults = { check: false, out: "docs/dashboards", environment: "production" };
  expect(parseArguments(previews, [])).toMatchObject(defaults);
  expect(() => previews.draw([], new Set(), "moon")).toThrow(/^There is no environment moon; there are /);
});

// Runs in a child process, because an endless loop could not be stopped in this process.
test("reports a directory that cannot be created in one sentence, without retries", () => {
  const { status, stderr } = spawnSync(
    process.execPath,
    ["scripts/run.mjs", "packages/diagram/src/main.ts", "--out", "/proc/x/y"],
    { cwd: resolve(__dirname, "../../.."), encoding: "utf8", timeout: 100_000, killSignal: "SIGKILL" },
  );
  expect(stderr).toMatch(/^The pictures cannot be written into \/proc\/x\/y: .*\n$/);
  expect(status).toBe(1);
}, 120_000);
