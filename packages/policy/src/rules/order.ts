import { PREREQUISITES } from "../facts/prerequisites";
import { every, type Rule } from "../rule";

export const order: readonly Rule[] = [
  {
    id: "resources-depend-on-prerequisites",
    title: "Resources depend on what must exist in AWS before them, also where no argument refers to it",
    reason:
      "Terraform creates resources that do not depend on each other at the same time. In a new account an apply then fails, or leaves what does not work.",
    remedy: "Add it to dependsOn. packages/policy/src/facts/prerequisites.ts has the source.",
    // A plan does not say what local values refer to, and contains resources that exist already.
    onlySynthesized: true,
    subjects: every(...Object.keys(PREREQUISITES)),
    check: (resource, stack) => {
      const before = resource.allDependencies();
      return (PREREQUISITES[resource.type] ?? []).flatMap(({ resources, otherwise }) =>
        resources(resource, stack)
          .filter((each) => !before.has(each))
          .map((each) => `it does not depend on ${each.path}: otherwise ${otherwise}`),
      );
    },
  },
];
