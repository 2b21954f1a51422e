import type { Setting } from "./settings";

const INTRODUCTION = `# Configuration

Every setting of an environment in [src/environments](../src/environments/README.md), from the docstrings of
[src/config/schema](../src/config/schema/environment.ts) by \`npm run docs:api\`. \`[]\` is each element of a list, \`<name>\` a key that you choose.
`;

/** The reference: a table of the settings without parts, and one table per setting with parts. */
export function configurationPage(settings: readonly Setting[]): string {
  const alone = settings.filter(({ parts }) => parts.length === 0);
  const sections = settings
    .filter(({ parts }) => parts.length > 0)
    .map((setting) => `## ${setting.path}\n\n${setting.description}\n\n${table(setting.parts)}`);
  return [INTRODUCTION, `## Environment\n\n${table(alone)}`, ...sections].join("\n");
}

function table(settings: readonly Setting[]): string {
  return [
    "| Setting | Type | Default | Description |",
    "| --- | --- | --- | --- |",
    ...settings.flatMap(rows),
    "",
  ].join("\n");
}

function rows(setting: Setting): string[] {
  const type = setting.type === undefined ? "" : `\`${setting.type}\``;
  const value = setting.default ?? (setting.isRequired ? "required" : "");
  const cells = [`\`${setting.path}\``, type, value, setting.description].map((cell) => cell.replaceAll("|", "\\|"));
  return [`| ${cells.join(" | ")} |`, ...setting.parts.flatMap(rows)];
}
