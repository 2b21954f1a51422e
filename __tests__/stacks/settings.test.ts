import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import * as util from "node:util";

const read = (file: string) => JSON.parse(readFileSync(resolve(__dirname, "../..", file), "utf8")) as object;

test("CDKTF sends no reports and generates no bindings", () => {
  expect(read("cdktf.json")).toMatchObject({
    projectId: "dev-one-infrastructure",
    sendCrashReports: "false",
    // Bindings are packages: nothing is generated or downloaded.
    terraformProviders: [],
    terraformModules: [],
  });
});

test("every dependency is pinned to one version", () => {
  const { dependencies, devDependencies } = read("package.json") as Record<string, Record<string, string>>;
  const versions = Object.entries({ ...dependencies, ...devDependencies });
  expect(versions.length).toBeGreaterThan(20);
  expect(versions.filter(([, version]) => !/^(npm:[\w@./-]+@)?\d+\.\d+\.\d+(-[\w.-]+)?$/.test(version))).toEqual([]);
  expect(dependencies).toHaveProperty("constructs");
});

// CDKTF's TerraformOutput calls it. In Node.js 20 it is Array.isArray; Node.js 22 and newer have a function of their own there, which
// reports itself as deprecated.
test("in Jest's modules util.isArray is Array.isArray", () => {
  expect(String(Reflect.get(util, "isArray"))).toBe("function isArray() { [native code] }");
});
