import { githubSubject, isGithubSubject } from "../../src/config";

const repository = "dev-one/infrastructure";

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
