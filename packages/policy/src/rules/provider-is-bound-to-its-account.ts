import { type Rule, theStack } from "../rule";

export const providerIsBoundToItsAccount: Rule = {
  id: "provider-is-bound-to-its-account",
  title: "The AWS provider works in one account, and marks what it makes",
  reason: "With another account's credentials, a plan would build the environment a second time, there.",
  remedy: "Build the stack on EnvironmentStack, which sets allowed_account_ids and default_tags.",
  controls: {},
  onlySynthesized: true,
  subjects: theStack,
  judge: (settings) =>
    settings.blocks("aws").flatMap((provider) => {
      const tags = provider.block("default_tags")?.block("tags");
      return [
        provider.texts("allowed_account_ids").length === 1
          ? undefined
          : "allowed_account_ids does not name one account",
        ...["env", "project", "managed-by"].map((tag) =>
          tags?.has(tag) === true ? undefined : `the tag ${tag} is missing`,
        ),
      ];
    }),
};
