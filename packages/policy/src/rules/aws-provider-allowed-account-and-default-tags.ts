import { type Rule, theStack } from "../rule";

export const awsProviderAllowedAccountAndDefaultTags: Rule = {
  id: "aws-provider-allowed-account-and-default-tags",
  title: "The AWS provider is limited to one account and sets default tags",
  reason:
    "With the credentials of another account, Terraform would create the environment a second time in that account.",
  remedy: "Derive the stack from EnvironmentStack, which sets allowed_account_ids and default_tags.",
  controls: {},
  onlySynthesized: true,
  subjects: theStack,
  check: (settings) =>
    settings.blocks("aws").flatMap((provider) => {
      const tags = provider.block("default_tags")?.block("tags");
      return [
        provider.texts("allowed_account_ids").length === 1
          ? undefined
          : "allowed_account_ids does not name exactly one account",
        ...["env", "project", "managed-by"].map((tag) =>
          tags?.has(tag) === true ? undefined : `the default tag ${tag} is missing`,
        ),
      ];
    }),
};
