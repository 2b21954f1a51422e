import js from "@eslint/js";
import simpleImportSort from "eslint-plugin-simple-import-sort";
import tseslint from "typescript-eslint";

const deepBindings = {
  regex: "^@cdktf/provider-[a-z]+(/lib)?/?$",
  message:
    "Import bindings by resource, such as @cdktf/provider-aws/lib/vpc: the package root loads every resource of the provider.",
};
const appWithoutOutdir = {
  selector: "NewExpression[callee.name='App'][arguments.length=0]",
  message: "An App without outdir writes cdktf.out into the project: use Testing.app(), or pass outdir.",
};
const ownReader = {
  selector: "CallExpression[callee.name='objectAt'] > Literal[value='resource']",
  message: "Read the resources of a stack with @dev-one/terraform-json/resources, the one reader of Terraform's JSON.",
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
      "no-restricted-syntax": ["error", appWithoutOutdir],
    },
  },
  {
    files: ["packages/*/src/**/*.ts", "scripts/**/*.ts", "__tests__/**/*.ts"],
    ignores: ["packages/terraform-json/**"],
    rules: { "no-restricted-syntax": ["error", appWithoutOutdir, ownReader] },
  },
  // A value that is no text makes the comparison of a test fail, which says more than the rule.
  { files: ["__tests__/**/*.ts"], rules: { "@typescript-eslint/no-base-to-string": "off" } },
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
