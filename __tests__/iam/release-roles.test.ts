import { fixture } from "../fixtures/environment";
import { fixtureWith, webWith, withShop } from "../fixtures/variants";
import { statements } from "../support/policies";
import { synthesize } from "../support/synthesis";

const ISSUER = "token.actions.githubusercontent.com";
const withRepository = synthesize(fixtureWith({ services: webWith({ repository: "acme/web" }) }));

describe("the pipeline of a service with a repository", () => {
  const { platform, environment } = withRepository;
  const { accountId, name } = environment;
  const role = platform.at("servers/release-roles/web/role");
  const [policy, ...others] = statements(platform.at("servers/release-roles/web/bundles").values.policy);

  test("assumes a role within the boundary, from the branch main of that repository only", () => {
    expect(role.values).toMatchObject({
      name: `dev-one-${name}-release-web`,
      permissions_boundary: `arn:aws:iam::${accountId}:policy/dev-one-${name}-boundary`,
      max_session_duration: 3600,
    });
    expect(statements(role.values.assume_role_policy)).toEqual([
      {
        Effect: "Allow",
        Principal: { Federated: `arn:aws:iam::${accountId}:oidc-provider/${ISSUER}` },
        Action: ["sts:AssumeRoleWithWebIdentity"],
        Condition: {
          StringEquals: {
            [`${ISSUER}:aud`]: "sts.amazonaws.com",
            [`${ISSUER}:sub`]: ["repo:acme/web:ref:refs/heads/main"],
          },
        },
      },
    ]);
  });

  test("may upload new bundles of the service, and nothing else", () => {
    expect(others).toEqual([]);
    expect(policy).toEqual({
      Sid: "PutNewBundles",
      Effect: "Allow",
      Action: ["s3:PutObject"],
      Resource: [`\${${platform.at("servers/files/bucket/bucket").address}.arn}/bundles/web/*`],
      Condition: { Null: { "s3:if-none-match": "false" } },
    });
    const attached = [
      ...platform.resources("aws_iam_role_policy_attachment"),
      ...platform.resources("aws_iam_role_policy"),
    ];
    expect(
      attached.filter(({ values }) => platform.target(values.role).path === role.path).map(({ path }) => path),
    ).toEqual(["servers/release-roles/web/bundles"]);
  });

  test("has a provider of tokens, which the stack of the state creates", () => {
    const provider = withRepository.state.only("aws_iam_openid_connect_provider");
    expect(provider.values.url).toBe(`https://${ISSUER}`);
  });

  test("needs what the permissions boundary allows", () => {
    const boundary = statements(withRepository.state.at("delivery/boundary").values.policy);
    expect(boundary).toContainEqual({
      Sid: "PutNewBundles",
      Effect: "Allow",
      Action: ["s3:PutObject"],
      Resource: [`arn:aws:s3:::dev-one-${name}-services-*/bundles/*`],
    });
  });
});

test("a repository with ids is named as in GitHub's subject claim", () => {
  const { platform } = synthesize(fixtureWith({ services: webWith({ repository: "acme@12/web@34" }) }));
  const [trust] = statements(platform.at("servers/release-roles/web/role").values.assume_role_policy);
  expect(trust).toHaveProperty(
    ["Condition", "StringEquals", `${ISSUER}:sub`],
    ["repo:acme@12/web@34:ref:refs/heads/main"],
  );
});

test("each service has a role of its own, and a service without a repository has none", () => {
  const { platform } = synthesize(withShop({ repository: "acme/shop" }));
  const roles = platform.resources("aws_iam_role").map(({ values }) => values.name);
  expect(roles.filter((each) => String(each).includes("-release-"))).toEqual(["dev-one-sandbox-release-shop"]);
  expect(
    synthesize(fixture)
      .platform.resources()
      .filter(({ path }) => path.includes("release-roles")),
  ).toEqual([]);
});
