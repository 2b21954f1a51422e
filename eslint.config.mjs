import js from "@eslint/js";
import simpleImportSort from "eslint-plugin-simple-import-sort";
import tseslint from "typescript-eslint";

const deepBindings = {
  regex: "^@cdktf/provider-[a-z]+(/lib)?/?$",
  message:
    "Import bindings by resource, such as @cdktf/provider-aws/lib/vpc: the package root loads every resource of the provider.",
};
const forbid = (...patterns) => ({ "no-restricted-imports": ["error", { patterns: [deepBindings, ...patterns] }] });
const areas = ["network", "edge", "servers", "database", "state", "storage", "security", "delivery", "monitoring"];

export default tseslint.config(
  { ignores: ["node_modules", ".venv", ".venv-checkov", ".build", ".local-cloud", "cdktf.out", "coverage", ".gen"] },
  js.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { "simple-import-sort": simpleImportSort },
    rules: {
      "simple-import-sort/imports": "error",
      "simple-import-sort/exports": "error",
      // A construct registers itself with its scope: `new` alone is the point.
      "no-new": "off",
      "@typescript-eslint/no-extraneous-class": "off",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/consistent-type-imports": "error",
      "max-lines": ["error", { max: 400, skipBlankLines: true, skipComments: true }],
      ...forbid(),
    },
  },
  // Imports run one way: main -> stacks -> areas -> config.
  {
    files: ["src/config/**/*.ts"],
    rules: forbid({
      regex: "^(\\.\\./(?!config)|cdktf|constructs|@cdktf)",
      message: "src/config knows neither constructs nor CDKTF: imports run main -> stacks -> areas -> config.",
    }),
  },
  {
    files: ["src/policy/**/*.ts"],
    rules: forbid({
      regex: "(^|/)\\.\\./(stacks|" + areas.join("|") + ")(/|$)|^(cdktf|constructs|@cdktf/.*)$",
      message: "src/policy judges JSON, synthesized or planned; it knows neither constructs nor CDKTF.",
    }),
  },
  ...areas.map((area) => ({
    files: [`src/${area}/**/*.ts`],
    rules: forbid({
      regex:
        "(^|/)\\.\\./((stacks|policy)(/|$)|(" + areas.filter((other) => other !== area).join("|") + ")/(?!index$))",
      message: "An area uses another one only through its index, and never a stack or the policy.",
    }),
  })),
  {
    files: ["tools/**/*.ts"],
    ignores: ["tools/**/*.app.ts"],
    rules: forbid({
      regex: "(^|/)src/(stacks|" + areas.join("|") + ")(/|$)|^(cdktf|constructs|@cdktf/.*)$",
      message: "Tools read synthesized JSON and src/config, never constructs.",
    }),
  },
  {
    files: ["**/*.mjs", "**/*.cjs", "**/*.js"],
    languageOptions: {
      globals: {
        process: "readonly",
        console: "readonly",
        URL: "readonly",
        require: "readonly",
        structuredClone: "readonly",
      },
    },
  },
);
