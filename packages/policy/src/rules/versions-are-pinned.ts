import { type Rule, theStack } from "../rule";

export const versionsArePinned: Rule = {
  id: "versions-are-pinned",
  title: "Terraform has a lower bound, and every provider one exact version",
  reason: "What was reviewed must be what runs: another version of a provider plans other changes.",
  remedy: "Write the version into src/config/catalog/versions.ts, and put it into required_providers.",
  controls: {},
  onlySynthesized: true,
  subjects: theStack,
  judge: (settings) => {
    const terraform = settings.block("terraform");
    const providers = terraform?.block("required_providers");
    return [
      terraform?.has("required_version") === true ? undefined : "required_version is missing",
      ...(providers?.names() ?? []).map((name) => {
        const version = providers?.block(name)?.text("version") ?? "none";
        return /^\d+\.\d+\.\d+$/.test(version) ? undefined : `provider ${name} has the version "${version}"`;
      }),
    ];
  },
};
