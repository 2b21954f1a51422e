import { IamOpenidConnectProvider } from "@cdktf/provider-aws/lib/iam-openid-connect-provider";
import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { Construct } from "constructs";

import { boundaryName, deliveryRoleNames, type Environment, githubSubject, prefix } from "../config";
import { changeDatabase, changeEdge, changeNetwork, changeServers } from "./ci-apply-policy";
import { changeIdentities, refuseEscalation } from "./ci-identities";
import { keepPlans, lockState, readEverything, readPlans, readState, writeState } from "./ci-plan-policy";
import { boundary } from "./permissions-boundary";
import { policyDocument, type Statement } from "./policy-document";

const ISSUER = "token.actions.githubusercontent.com";

export interface CiRolesProps {
  readonly environment: Environment;
  /** Bucket and key of the state, which every plan reads. */
  readonly stateBucketArn: string;
  /** ARN of the key of the state. */
  readonly stateKeyArn: string;
}

/**
 * How GitHub's workflows get into the account: by a token of the run, for an hour, never by a key that is kept. One role plans,
 * keeps the plan and changes nothing else but the lock; the other applies, from a protected environment of GitHub only. Neither can change what is
 * made here: that is done by a person, with `npm run bootstrap`.
 */
export class CiRoles extends Construct {
  constructor(
    scope: Construct,
    id: string,
    private readonly props: CiRolesProps,
  ) {
    super(scope, id);
    const { environment } = props;
    const provider = new IamOpenidConnectProvider(this, "github", {
      url: `https://${ISSUER}`,
      clientIdList: ["sts.amazonaws.com"],
    });
    this.createBoundary();
    const names = deliveryRoleNames(environment);
    // A pull request from a fork gets no token.
    this.createRole("plan", names.plan, provider, ["pull_request", "environment:plan"], {
      "read-resources": readEverything(environment),
      "read-state": [...this.stateStatements(), ...lockState(props.stateBucketArn), ...keepPlans(props.stateBucketArn)],
    });
    this.createRole("apply", names.apply, provider, [`environment:${environment.name}`], {
      "read-resources": readEverything(environment),
      "write-state": [
        ...this.stateStatements(),
        ...lockState(props.stateBucketArn),
        ...readPlans(props.stateBucketArn),
        ...writeState(props),
      ],
      "change-network": changeNetwork(environment),
      "change-edge": changeEdge(environment),
      "change-servers": changeServers(environment),
      "change-database": changeDatabase(environment),
      "change-identities": [...changeIdentities(environment), ...refuseEscalation(environment)],
    });
  }

  /** What no role of the environment can exceed, whoever writes its policies: it keeps `apply` from making itself a stronger one. */
  private createBoundary(): void {
    const { environment } = this.props;
    new IamPolicy(this, "boundary", {
      name: boundaryName(environment),
      description: `What no role of ${prefix(environment)} can exceed`,
      policy: policyDocument(boundary(environment)),
    });
  }

  private stateStatements(): Statement[] {
    return readState(this.props.stateBucketArn, this.props.stateKeyArn);
  }

  private createRole(
    id: string,
    name: string,
    provider: IamOpenidConnectProvider,
    places: readonly string[],
    policies: Readonly<Record<string, readonly Statement[]>>,
  ): void {
    const { environment } = this.props;
    const role = new IamRole(this, id, {
      name,
      description: `GitHub workflows of ${environment.delivery.repository}: ${id}`,
      maxSessionDuration: 3600,
      assumeRolePolicy: policyDocument([
        {
          principals: { Federated: provider.arn },
          actions: ["sts:AssumeRoleWithWebIdentity"],
          conditions: {
            StringEquals: {
              [`${ISSUER}:aud`]: "sts.amazonaws.com",
              [`${ISSUER}:sub`]: places.map((place) => githubSubject(environment.delivery, place)),
            },
          },
        },
      ]),
    });
    // Managed policies: all inline ones of a role together have 10,240 characters, each of these 6,144.
    for (const [policy, statements] of Object.entries(policies)) {
      const { arn } = new IamPolicy(this, `${id}-${policy}`, {
        name: `${name}-${policy}`,
        policy: policyDocument(statements),
      });
      new IamRolePolicyAttachment(this, `${id}-${policy}-attached`, { role: role.name, policyArn: arn });
    }
  }
}
