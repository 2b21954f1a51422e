import { execFile } from "node:child_process";
import { resolve } from "node:path";

const root = resolve(__dirname, "../../../..");

function run(...args: string[]) {
  const command = ["scripts/run.mjs", "packages/delivery/src/roll-out/main.ts", ...args];
  return new Promise<{ code: number; stderr: string }>((done) => {
    const options = { cwd: root, env: { PATH: process.env.PATH ?? "" } };
    execFile(process.execPath, command, options, (error, _stdout, stderr) => {
      done({ code: error === null ? 0 : Number(error.code), stderr });
    });
  });
}

test("refuses options that exclude each other and services that do not exist, all at once, before it asks AWS", async () => {
  const { code, stderr } = await run("staging", "--back", "shop", "--again", "books", "--without-alarms");
  expect(code).toBe(1);
  expect(stderr.trim().split("\n")).toEqual([
    expect.stringMatching(/^staging has no service "books": it should be one of api, servers\b.*\.$/),
    expect.stringMatching(/^staging has no service "shop": it should be one of api, servers\b.*\.$/),
    "--back and --again exclude each other: leave one out.",
    "--back asks no alarm: leave --without-alarms out.",
  ]);
});
