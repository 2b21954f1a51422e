import { ConfigurationError, githubSubject, isGithubSubject } from "../../src/config";
import { defineWith, setting } from "./mistakes/refusal";

const repository = "dev-one/infrastructure";
const needsBoth = (missing: string, given: string) =>
  `${missing}: is missing beside ${given}, and GitHub's subject claim has both ids or neither; write both as in docs/delivery.md, or remove ${given}`;

test("the subject claim has both ids or none", () => {
  const place = "environment:staging";
  expect(githubSubject({ repository }, place)).toBe("repo:dev-one/infrastructure:environment:staging");
  expect(githubSubject({ repository, ownerId: 123456, repositoryId: 456789 }, place)).toBe(
    "repo:dev-one@123456/infrastructure@456789:environment:staging",
  );
});

test.each([{ repository }, { repository, ownerId: 123456, repositoryId: 456789 }])(
  "the subject claim of %j is recognized in every place",
  (delivery) => {
    for (const place of ["pull_request", "environment:plan", "ref:refs/heads/main"]) {
      expect(isGithubSubject(githubSubject(delivery, place))).toBe(true);
    }
  },
);

test.each([
  ["the owner's id alone", { ownerId: 123456 }, needsBoth("repositoryId", "ownerId")],
  ["the repository's id alone", { repositoryId: 456789 }, needsBoth("ownerId", "repositoryId")],
  [
    "an id in quotes",
    { ownerId: "123456", repositoryId: 456789 },
    'ownerId: "123456" is not the id of a GitHub account or organization, a whole number without quotes; write one such as 123456',
  ],
  [
    "an id that is zero",
    { ownerId: 123456, repositoryId: 0 },
    "repositoryId: 0 is not the id of a GitHub repository, a whole number without quotes; write one such as 456789",
  ],
])("refuses %s", (_name, ids, sentence) => {
  const attempt = () => defineWith(setting({ delivery: { repository, ...ids } }));
  expect(attempt).toThrow(ConfigurationError);
  expect(attempt).toThrow(new Error(`Environment "example", delivery.${sentence}.`));
});
