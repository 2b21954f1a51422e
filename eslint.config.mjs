import js from "@eslint/js";
import simpleImportSort from "eslint-plugin-simple-import-sort";
import tseslint from "typescript-eslint";

const deepBindings = {
  regex: "^@cdktf/provider-[a-z]+(/lib)?/?$",
  message:
    "Import bindings by resource, such as @cdktf/provider-aws/lib/vpc: the package root loads every resource of the provider.",
};
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
      // Which folder may import which: .dependency-cruiser.mjs.
      "no-restricted-imports": ["error", { patterns: [deepBindings] }],
      "no-restricted-syntax": [
        "error",
        {
          selector: "NewExpression[callee.name='App'][arguments.length=0]",
          message: "An App without outdir writes cdktf.out into the project: use Testing.app(), or pass outdir.",
        },
      ],
    },
  },
  // Their directory is CDKTF_OUTDIR.
  { files: ["main.ts", "**/*.app.ts"], rules: { "no-restricted-syntax": "off" } },
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
