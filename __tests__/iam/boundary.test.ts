import { both } from "../fixtures/synthesized";
import { fixtureWith, webWith, withShop } from "../fixtures/variants";
import { type IamRequest, isAllowed } from "../support/iam";
import { type PolicyStatement, removals, statements } from "../support/policies";
import type { Resource, Stack } from "../support/stack";
import { synthesize, type SynthesizedEnvironment } from "../support/synthesis";
import { published } from "./published/published";

// The roles of CI, whose calls are recorded, have no boundary. So it is compared with what the policies of the platform's roles allow.

/** Every grant to servers and pipelines, under the condition of a service's addresses where it runs on some names only. */
const everyGrant = synthesize(
  fixtureWith({
    services: {
      ...webWith({
        runsOn: { kind: "named-servers", names: ["web-1", "web-2"] },
        repository: "acme/web",
        secrets: ["api-key"],
        jobs: { cleanup: { at: "03:30", minutes: 60 } },
      }),
      shop: { owner: "acme-shop", hosts: ["shop"], runsOn: { kind: "named-servers", names: ["web-3"] } },
    },
  }),
);
const withGroup = synthesize(withShop({ repository: "acme/shop", secrets: ["api-key"] }));

/** What AWS's managed policies allow, and the boundary does not. */
const LEFT_OUT: Readonly<Record<string, readonly string[]>> = {
  "parameters of the account, of which servers read none and others may keep secrets in": [
    ...["ssm:GetParameter", "ssm:GetParameters"],
  ],
};

const boundaryOf = ({ state }: SynthesizedEnvironment) => statements(state.at("delivery/boundary").values.policy);

test.each([...both, ["every grant", everyGrant], ["a group of its own", withGroup]] as const)(
  "the boundary allows everything that the policies of the platform's roles allow, in %s",
  (_, environment) => {
    const refused = grantedRequests(environment).filter((request) => !isAllowed(request, bounded(environment)));
    const known = Object.values(LEFT_OUT).flat();
    expect(refused.filter(({ action }) => !known.includes(action)).map(described)).toEqual([]);
    expect([...new Set(refused.map(({ action }) => action))].sort()).toEqual(known);
  },
);

test("each action and each resource of the boundary is needed by a role of the platform", () => {
  const granted = grantedRequests(everyGrant).filter((request) => isAllowed(request, bounded(everyGrant)));
  const unneeded = [...removals(boundaryOf(everyGrant), "Action"), ...removals(boundaryOf(everyGrant), "Resource")]
    .filter(({ others }) => granted.every((request) => isAllowed(request, bounded(everyGrant, others))))
    .map(({ statement, removed }) => `${statement.Sid ?? ""}: ${removed}`);
  expect(unneeded).toEqual([]);
});

test("AWS's managed policies are published for those that roles have, and for no other", () => {
  const attached = everyGrant.platform
    .resources("aws_iam_role_policy_attachment")
    .map((each) => each.values.policy_arn);
  expect([...new Set(attached)].sort()).toEqual(Object.keys(published.managedPolicies));
});

/** Of an environment's roles only the boundary decides: their own policies allow each of these requests. */
function bounded(environment: SynthesizedEnvironment, boundary = boundaryOf(environment)) {
  return { identity: [{ Effect: "Allow", Action: ["*"], Resource: ["*"] }], boundary };
}

interface GrantedRequest extends IamRequest {
  /** Construct path of the role. */
  readonly role: string;
}

/**
 * Each action on each resource that a policy of a role with the boundary names, with the condition keys that the statement asks for.
 * A wildcard stands for itself: a pattern that matches it matches everything in its place.
 */
function grantedRequests(synthesized: SynthesizedEnvironment): GrantedRequest[] {
  const { accountId, region } = synthesized.environment;
  return synthesized.stacks.flatMap((stack) =>
    stack
      .resources("aws_iam_role")
      .filter(({ values }) => values.permissions_boundary !== undefined)
      .flatMap((role) =>
        policiesOf(stack, role).flatMap(({ Action, Resource = [], Condition }) =>
          Action.flatMap((action) =>
            Resource.map((resource) => ({
              role: role.path,
              action,
              resource: withArns(stack, resource, {
                service: action.replace(/:.*/, ""),
                place: `${region}:${accountId}`,
              }),
              context: { "aws:PrincipalAccount": accountId, ...askedFor(Condition) },
            })),
          ),
        ),
      ),
  );
}

function policiesOf(stack: Stack, role: Resource): readonly PolicyStatement[] {
  const ofRole = (type: string) => stack.resources(type).filter(({ values }) => stack.target(values.role) === role);
  const all = [
    ...ofRole("aws_iam_role_policy").flatMap(({ values }) => statements(values.policy)),
    ...ofRole("aws_iam_role_policy_attachment").flatMap(({ values }) => managed(String(values.policy_arn))),
  ];
  return all.filter(({ Effect }) => Effect === "Allow");
}

function managed(arn: string): readonly PolicyStatement[] {
  const found = published.managedPolicies[arn];
  if (found === undefined) throw new Error(`${arn}: add it with scripts/documents/iam_permissions.py ${arn}`);
  return found;
}

/** Condition keys with which a request meets a condition. */
function askedFor(condition: unknown): NonNullable<IamRequest["context"]> {
  const operators = Object.entries((condition ?? {}) as Record<string, Record<string, string | string[]>>);
  return Object.fromEntries(
    operators.flatMap(([operator, keys]) =>
      Object.entries(keys).map(([key, wanted]) => [key, operator === "Null" ? "there" : wanted]),
    ),
  );
}

/** The resource of a statement with ARNs as AWS makes them, in place of references. */
function withArns(stack: Stack, resource: string, { service, place }: { service: string; place: string }): string {
  const arns: Readonly<Record<string, (values: Resource["values"]) => string>> = {
    aws_cloudwatch_log_group: ({ name }) => `arn:aws:logs:${place}:log-group:${String(name)}`,
    aws_db_instance: () => `arn:aws:secretsmanager:${place}:secret:rds!db-0-AbCdEf`, // refers to its master user's secret
    aws_kms_key: () => `arn:aws:kms:${place}:key/0`,
    aws_s3_bucket: ({ bucket }) => `arn:aws:s3:::${String(bucket)}`,
    aws_secretsmanager_secret: ({ name }) => `arn:aws:secretsmanager:${place}:secret:${String(name)}-AbCdEf`,
  };
  // Of a queue, and of others that are the only kind of resource of their service.
  const nameAlone = ({ name }: Resource["values"]) => `arn:aws:${service}:${place}:${String(name)}`;
  return (
    resource
      .replace(/\$\{element\(split\(":", aws_db_proxy\.[\w-]+\.arn\), 6\)\}/, "prx-0")
      .replace(/^(?:\$\{)?(aws_\w+\.[\w-]+)\.[\w.[\]]+\}?/, (_, address: string) => {
        const { type, values } = stack.target(`\${${address}.arn}`);
        return (arns[type] ?? nameAlone)(values);
      })
      // The managed policy is for every region and account, and for groups of other engines. Enhanced Monitoring writes to this group:
      // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Monitoring.OS.overview.html
      .replace("arn:aws:logs:*:*:log-group:RDS*", `arn:aws:logs:${place}:log-group:RDSOSMetrics`)
  );
}

const described = ({ role, action, resource, context }: GrantedRequest): string =>
  [role, action, resource, JSON.stringify(context)].join(" ");
