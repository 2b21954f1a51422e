import { type Rule, theStack } from "../rule";

export const terraformVersionsPinned: Rule = {
  id: "terraform-versions-pinned",
  title: "Terraform has a minimum version and every provider an exact one",
  reason: "Another version of a provider can plan other changes than those that were reviewed.",
  remedy: "Write the version into src/config/catalog/versions.ts, and put it into required_providers.",
  controls: {},
  onlySynthesized: true,
  subjects: theStack,
  check: (settings) => {
    const terraform = settings.block("terraform");
    const providers = terraform?.block("required_providers");
    return [
      terraform?.has("required_version") === true ? undefined : "required_version is missing",
      ...(providers?.names() ?? []).map((name) => {
        const version = providers?.block(name)?.text("version") ?? "none";
        return /^\d+\.\d+\.\d+$/.test(version)
          ? undefined
          : `the version of provider ${name} is "${version}", not an exact one`;
      }),
    ];
  },
};
