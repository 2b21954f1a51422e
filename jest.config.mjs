const common = {
  testEnvironment: "node",
  transform: { "^.+\\.(t|j)sx?$": "@swc/jest" },
  // Packages that ship ES modules only; Jest loads CommonJS.
  transformIgnorePatterns: ["/node_modules/(?!(cidr-tools|ip-bigint)/)"],
};

export default {
  projects: [
    {
      ...common,
      displayName: "unit",
      testMatch: ["<rootDir>/__tests__/**/*.test.ts"],
      testPathIgnorePatterns: ["/node_modules/", "/__tests__/local-cloud/"],
    },
    { ...common, displayName: "local-cloud", testMatch: ["<rootDir>/__tests__/local-cloud/**/*.test.ts"] },
  ],
};
