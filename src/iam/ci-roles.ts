import { IamOpenidConnectProvider } from "@cdktf/provider-aws/lib/iam-openid-connect-provider";
import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { Lazy, TerraformResource } from "cdktf";
import { Construct } from "constructs";

import { boundaryName, deliveryRoleNames, type Environment, githubSubject, prefix, stackNames } from "../config";
import { changeDatabase, changeEdge, changeNetwork, changeServers } from "./ci-apply-policy";
import { createDatabaseUsers } from "./ci-database-users";
import { changeIdentities, denyPrivilegeEscalation } from "./ci-identities";
import { lockState, putPlans, readPlans, readResources, readState, writeState } from "./ci-plan-policy";
import type { CiScope } from "./ci-scope";
import { assumedByGithub, GITHUB_ISSUER } from "./github-trust";
import { permissionsBoundary } from "./permissions-boundary";
import { policyDocument, type Statement } from "./policy-document";
import { rollOut } from "./roll-out-policy";

export interface CiRolesProps extends Omit<CiScope, "resourceTypes"> {
  /** GitHub repository whose workflows assume the roles. */
  readonly githubRepository: Environment["delivery"];
  /** ARN of the state bucket. An ARN, because src/storage depends on this area. */
  readonly stateBucketArn: string;
  /** ARN of the KMS key of the state. */
  readonly stateKeyArn: string;
}

type Policy = (ci: CiScope) => Statement[];

/**
 * IAM roles of the GitHub workflows, assumed with an OIDC token of the run, without access keys. The role `plan` reads,
 * uploads plans and locks the state; the role `apply` changes resources and creates database users, from a protected GitHub
 * environment only. Neither can change
 * the roles: a person does, with `npm run bootstrap`.
 */
export class CiRoles extends Construct {
  constructor(
    scope: Construct,
    id: string,
    private readonly props: CiRolesProps,
  ) {
    super(scope, id);
    const { name, stateBucketArn, stateKeyArn } = props;
    const provider = new IamOpenidConnectProvider(this, "github", {
      url: `https://${GITHUB_ISSUER}`,
      clientIdList: ["sts.amazonaws.com"],
    });
    this.createBoundary();
    const names = deliveryRoleNames(props);
    // Pull requests from forks get no token.
    this.createRole("plan", names.plan, 1, provider, ["pull_request", "environment:plan"], {
      "read-resources": readResources,
      "read-state": () => [...this.stateStatements(), ...lockState(stateBucketArn), ...putPlans(stateBucketArn)],
    });
    // The roll-out after an apply takes up to three and a half hours (packages/delivery/src/roll-out/roll-out.ts). Releases that need no
    // approval are applied from the GitHub environment `release`, which has no reviewers.
    this.createRole("apply", names.apply, 4, provider, [`environment:${name}`, "environment:release"], {
      "read-resources": readResources,
      "write-state": (ci) => [
        ...this.stateStatements(),
        ...lockState(stateBucketArn),
        ...readPlans(stateBucketArn),
        ...writeState(ci, stateBucketArn, stateKeyArn),
      ],
      "change-network": changeNetwork,
      "change-edge": changeEdge,
      "change-servers": changeServers,
      "change-database": (ci) => [...changeDatabase(ci), ...createDatabaseUsers(ci)],
      "roll-out": rollOut,
      "change-identities": (ci) => [...changeIdentities(ci), ...denyPrivilegeEscalation(ci)],
    });
  }

  /** The permissions boundary, without which `apply` could create a role with more permissions than its own. */
  private createBoundary(): void {
    new IamPolicy(this, "boundary", {
      name: boundaryName(this.props),
      description: `What no role of ${prefix(this.props)} can exceed`,
      policy: this.document(permissionsBoundary),
    });
  }

  /** A policy document, written at synthesis, when every resource of the environment exists. */
  private document(policy: Policy): string {
    return Lazy.stringValue({
      produce: () => {
        const statements = policy({ ...this.props, resourceTypes: this.resourceTypes() });
        return policyDocument(statements.filter(({ actions }) => actions.length > 0));
      },
    });
  }

  /** Types of the resources in the stacks that CI applies: all of the environment but that of the roles themselves. */
  private resourceTypes(): string[] {
    const { platform, monitoring } = stackNames(this.props);
    const stacks = [platform, monitoring].flatMap((name) => this.node.root.node.tryFindChild(name) ?? []);
    const resources = stacks
      .flatMap((stack) => stack.node.findAll())
      .filter((each): each is TerraformResource => TerraformResource.isTerraformResource(each));
    return [...new Set(resources.map(({ terraformResourceType }) => terraformResourceType))].sort();
  }

  private stateStatements(): Statement[] {
    return readState(this.props.stateBucketArn, this.props.stateKeyArn);
  }

  private createRole(
    id: string,
    name: string,
    sessionHours: number,
    provider: IamOpenidConnectProvider,
    places: readonly string[],
    policies: Readonly<Record<string, Policy>>,
  ): void {
    const { githubRepository } = this.props;
    const role = new IamRole(this, id, {
      name,
      description: `GitHub workflows of ${githubRepository.repository}: ${id}`,
      maxSessionDuration: sessionHours * 3600,
      assumeRolePolicy: assumedByGithub(
        provider.arn,
        places.map((place) => githubSubject(githubRepository, place)),
      ),
    });
    // Managed policies, because each may have 6,144 characters, and all inline policies of a role together 10,240.
    for (const [policy, statements] of Object.entries(policies)) {
      const { arn } = new IamPolicy(this, `${id}-${policy}`, {
        name: `${name}-${policy}`,
        policy: this.document(statements),
      });
      new IamRolePolicyAttachment(this, `${id}-${policy}-attached`, { role: role.name, policyArn: arn });
    }
  }
}
