// Imports run one way: main -> stacks -> areas -> config. Packages stand beside it. A new folder needs no line here.
const CDKTF = "(^|/)node_modules/(cdktf|constructs|@cdktf)/";
const PACKAGES = "(^|/)packages/";
const AREA = "^src/(?!environments/|config/|stacks/)([^/]+)/";

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    {
      name: "no-circles-between-folders",
      comment: "Folders build on each other in one direction.",
      severity: "error",
      scope: "folder",
      from: {},
      to: { circular: true },
    },
    {
      name: "no-circles-between-files",
      comment: "Files build on each other in one direction.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "config-knows-no-constructs",
      comment: "src/config is plain data: no constructs, no CDKTF, no environment.",
      severity: "error",
      from: { path: "^src/config/" },
      to: { path: ["^src/(?!config/)", PACKAGES, CDKTF] },
    },
    {
      name: "environments-read-config-only",
      comment: "src/environments holds values; what they may be is in src/config.",
      severity: "error",
      from: { path: "^src/environments/" },
      to: { path: ["^src/(?!environments/|config/)", PACKAGES, "(^|/)node_modules/"] },
    },
    {
      name: "unit-tests-use-the-fixture",
      comment: "Tests of values in src/environments are in __tests__/golden; all others use __tests__/fixtures.",
      severity: "error",
      from: {
        path: "^(__tests__|packages/(cost|alert-trials|diagram)/test)/",
        pathNot: "^__tests__/(golden/|programs/|config/variables\\.|support/environments\\.ts$)",
      },
      to: { path: "^(src/environments/|__tests__/support/environments\\.ts$)" },
    },
    {
      name: "areas-know-no-environment-and-no-stack",
      comment: "An area gets the environment from its stack.",
      severity: "error",
      from: { path: AREA },
      to: { path: ["^(src/(environments|stacks)/|main\\.ts)", PACKAGES] },
    },
    {
      name: "areas-through-their-index",
      comment: "An area uses another one through its index.ts only.",
      severity: "error",
      from: { path: AREA },
      to: { path: AREA, pathNot: ["^src/$1/", "^src/[^/]+/index\\.ts$"] },
    },
    {
      name: "stacks-use-areas-through-their-index",
      comment: "A stack uses an area through its index.ts only.",
      severity: "error",
      from: { path: "^src/stacks/" },
      to: { path: AREA, pathNot: "^src/[^/]+/index\\.ts$" },
    },
    {
      name: "tests-of-packages-know-no-constructs",
      comment: "Tests of a package read configuration and synthesized JSON, as the package does.",
      severity: "error",
      from: { path: "^packages/[^/]+/test/" },
      to: { path: [AREA, "^src/stacks/"] },
    },
    {
      name: "config-through-its-index",
      comment: "Everything outside of src/config imports src/config/index.ts.",
      severity: "error",
      from: { path: "^(src|packages/[^/]+/src)/", pathNot: "^src/config/" },
      to: { path: "^src/config/", pathNot: "^src/config/index\\.ts$" },
    },
    {
      name: "stacks-know-no-environment",
      comment: "main.ts hands every environment to the stacks.",
      severity: "error",
      from: { path: "^src/stacks/" },
      to: { path: ["^src/environments/", PACKAGES] },
    },
    {
      name: "main-knows-one-package",
      comment: "main.ts builds the stacks; of the packages it may use the policy.",
      severity: "error",
      from: { path: "^main\\.ts$" },
      to: { path: "^packages/", pathNot: "^packages/policy/" },
    },
    {
      name: "packages-read-json-and-environments",
      comment: "Packages read synthesized JSON and src/environments/index.ts, never constructs.",
      severity: "error",
      from: { path: "^packages/[^/]+/src/" },
      to: {
        path: ["^(src/|__tests__/|scripts/|main\\.ts)", CDKTF],
        pathNot: "^src/environments/index\\.ts$",
      },
    },
    {
      name: "packages-through-their-exports",
      comment: "A package is reached by its name and what its package.json exports, not by a relative path.",
      severity: "error",
      from: { path: "^packages/([^/]+)/" },
      to: {
        path: "^packages/",
        pathNot: "^packages/$1/",
        dependencyTypes: ["local"],
        dependencyTypesNot: ["aliased-workspace"],
      },
    },
    {
      name: "packages-by-their-names",
      comment: "A package is reached by its name and what its package.json exports, not by a relative path.",
      severity: "error",
      from: { pathNot: "^packages/" },
      to: { path: "^packages/", dependencyTypes: ["local"], dependencyTypesNot: ["aliased-workspace"] },
    },
    {
      name: "sources-know-no-tests",
      comment: "What runs does not depend on tests.",
      severity: "error",
      from: { path: "^(src|packages/[^/]+/src|scripts/(?!test/))" },
      to: { path: "^(__tests__|packages/[^/]+/test|scripts/test)/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(\\.build|cdktf\\.out)/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "require", "node", "default"] },
  },
};
