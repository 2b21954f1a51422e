import { attempt, type Check, type Context } from "../context";
import { isMissing } from "../failure";
import { type Finding, ok, stop, warning } from "../finding";

/**
 * Roles that AWS services create for themselves, by the resource with which they do.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/elb-service-linked-roles.html (created with a load balancer)
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAM.ServiceLinkedRoles.html (with a DB instance)
 */
const SERVICE_LINKED: readonly (readonly [type: string, role: string, first: string])[] = [
  ["aws_lb", "AWSServiceRoleForElasticLoadBalancing", "load balancer or target group"],
  ["aws_db_instance", "AWSServiceRoleForRDS", "DB instance"],
];

const GITHUB = "token.actions.githubusercontent.com";

export const roles: Check = {
  title: "service-linked roles and GitHub's OIDC provider",
  async run(context) {
    const { stacks } = context;
    const linked = SERVICE_LINKED.filter(([type]) => stacks.platform.of(type).length > 0).map(([, role, first]) =>
      attempt(role, "iam:GetRole", async () => serviceLinked(role, first, await hasRole(context, role))),
    );
    // Auto Scaling's own role of the environment is a resource of Terraform, because it has a suffix.
    const suffixed = stacks.platform.of("aws_iam_service_linked_role").map((resource) => {
      const role = `AWSServiceRoleForAutoScaling_${resource.text("custom_suffix") ?? ""}`;
      return attempt(role, "iam:GetRole", async () => {
        if (!(await hasRole(context, role))) return ok(role, "free: Terraform creates it");
        const isOwn = context.managed.isUnknown || context.managed.holds(resource.type, "name", role);
        if (isOwn) return ok(role, "the environment's own");
        return stop(
          role,
          "exists, and no state holds it",
          "import it by its ARN (docs/runbooks/killed-deployment.md), or delete it",
        );
      });
    });
    const provider = attempt("GitHub's OIDC provider", "iam:ListOpenIDConnectProviders", () => oidcProvider(context));
    return (await Promise.all([...linked, ...suffixed, provider])).flat();
  },
};

async function hasRole({ aws: { iam } }: Context, RoleName: string): Promise<boolean> {
  try {
    await iam.getRole({ RoleName });
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

export function serviceLinked(role: string, first: string, exists: boolean): Finding {
  return ok(role, exists ? "exists" : `AWS creates it with the first ${first}`);
}

/** An account has at most one OIDC provider for a URL, which `<env>-state` creates. */
async function oidcProvider({ aws: { iam }, managed, environment }: Context): Promise<Finding> {
  const { OpenIDConnectProviderList = [] } = await iam.listOpenIDConnectProviders({});
  const arn = OpenIDConnectProviderList.map(({ Arn = "" }) => Arn).find((each) => each.endsWith(`/${GITHUB}`));
  const clients =
    arn === undefined ? [] : (await iam.getOpenIDConnectProvider({ OpenIDConnectProviderArn: arn })).ClientIDList;
  return githubProvider(environment.name, arn, clients, {
    isManaged: managed.isUnknown || managed.holds("aws_iam_openid_connect_provider", "arn", arn ?? ""),
  });
}

export function githubProvider(
  environment: string,
  arn: string | undefined,
  clients: readonly string[] = [],
  { isManaged }: { readonly isManaged: boolean },
): Finding {
  const subject = "GitHub's OIDC provider";
  if (arn === undefined) {
    return warning(
      subject,
      "does not exist: no workflow can plan or apply",
      `npm run bootstrap -- ${environment} creates it`,
    );
  }
  if (!isManaged) {
    const remedy = "import it into the state stack before the bootstrap (docs/decisions/0041-how-workflows-get-in.md)";
    return stop(subject, `${arn} exists, and no state holds it; an account has one for each URL`, remedy);
  }
  if (!clients.includes("sts.amazonaws.com")) {
    return stop(subject, `${arn} lacks the audience sts.amazonaws.com`, `npm run bootstrap -- ${environment} adds it`);
  }
  return ok(subject, arn);
}
