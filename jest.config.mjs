const common = {
  testEnvironment: "<rootDir>/__tests__/support/test-run/environment.mjs",
  globalSetup: "<rootDir>/__tests__/support/test-run/setup.mjs",
  globalTeardown: "<rootDir>/__tests__/support/test-run/teardown.mjs",
  transform: { "^.+\\.(t|j)sx?$": "@swc/jest" },
  // Packages that ship ES modules only; Jest loads CommonJS.
  transformIgnorePatterns: [
    "/node_modules/(?!(@secretlint|cidr-tools|markdown-table|marked|ip-bigint|execa|@sindresorhus|@sec-ant|figures|get-port|get-stream|human-signals|jose|is-plain-obj|is-stream|is-unicode-supported|npm-run-path|parse-ms|path-key|pretty-ms|strip-final-newline|unicorn-magic|yoctocolors)/)",
  ],
  // What can be imported only, while Jest requires: a dependency of execa, and D3, which ships a build for requiring beside it.
  moduleNameMapper: {
    "^unicorn-magic$": "<rootDir>/node_modules/unicorn-magic/node.js",
    "^(d3-[a-z-]+)$": "<rootDir>/node_modules/$1/dist/$1.js",
  },
};

export default {
  // Some tests start whole processes, and a machine can be busy.
  testTimeout: 120_000,
  reporters: ["default", "<rootDir>/__tests__/support/test-run/unique-names.mjs"],
  projects: [
    {
      ...common,
      displayName: "unit",
      testMatch: ["<rootDir>/__tests__/**/*.test.ts"],
      testPathIgnorePatterns: ["/node_modules/", "/__tests__/programs/"],
    },
    {
      ...common,
      displayName: "tools",
      testMatch: ["<rootDir>/{packages/*,scripts}/test/**/*.test.ts"],
      testPathIgnorePatterns: ["/node_modules/", "/test/(programs|deployed|changes|nightly)/"],
    },
    {
      ...common,
      displayName: "programs",
      testMatch: ["<rootDir>/__tests__/programs/**/*.test.ts", "<rootDir>/packages/*/test/programs/**/*.test.ts"],
    },
    { ...common, displayName: "nightly", testMatch: ["<rootDir>/packages/*/test/nightly/**/*.test.ts"] },
    { ...common, displayName: "changes", testMatch: ["<rootDir>/scripts/test/changes/**/*.test.ts"] },
    { ...common, displayName: "local-cloud", testMatch: ["<rootDir>/packages/*/test/deployed/**/*.test.ts"] },
  ],
};
