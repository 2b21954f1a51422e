const common = {
  testEnvironment: "node",
  globalSetup: "<rootDir>/__tests__/support/test-run/setup.ts",
  globalTeardown: "<rootDir>/__tests__/support/test-run/teardown.ts",
  transform: { "^.+\\.(t|j)sx?$": "@swc/jest" },
  // Packages that ship ES modules only; Jest loads CommonJS.
  transformIgnorePatterns: [
    "/node_modules/(?!(cidr-tools|d3-[a-z-]+|internmap|marked|ip-bigint|execa|@sindresorhus|@sec-ant|figures|get-port|get-stream|human-signals|is-plain-obj|is-stream|is-unicode-supported|npm-run-path|parse-ms|path-key|pretty-ms|strip-final-newline|unicorn-magic|yoctocolors)/)",
  ],
  // A dependency of execa that can be imported only; Jest requires.
  moduleNameMapper: { "^unicorn-magic$": "<rootDir>/node_modules/unicorn-magic/node.js" },
};

export default {
  // Some tests start whole processes, and a machine can be busy.
  testTimeout: 30_000,
  projects: [
    {
      ...common,
      displayName: "unit",
      testMatch: ["<rootDir>/__tests__/**/*.test.ts"],
      testPathIgnorePatterns: ["/node_modules/", "/__tests__/local-cloud/", "/__tests__/programs/"],
    },
    { ...common, displayName: "programs", testMatch: ["<rootDir>/__tests__/programs/**/*.test.ts"] },
    { ...common, displayName: "local-cloud", testMatch: ["<rootDir>/__tests__/local-cloud/**/*.test.ts"] },
  ],
};
