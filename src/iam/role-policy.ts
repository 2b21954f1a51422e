import type { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { Lazy } from "cdktf";
import type { Construct } from "constructs";

import { policyDocument, type Statement } from "./policy-document";

/** What `grant...` methods give permissions to: an inline policy, or a construct that has one. */
export interface Grantee {
  /** Adds statements behind those that the policy has. */
  addToPolicy(...statements: readonly Statement[]): void;
}

export interface RolePolicyProps {
  /** Name of the inline policy, which says what it allows, such as `connect-to-database`. */
  readonly name: string;
  /** The role of the policy. */
  readonly role: IamRole;
}

/** An inline policy of a role. The document is written at synthesis, with the statements of all grants in their order. */
export class RolePolicy extends IamRolePolicy implements Grantee {
  private readonly statements: Statement[];

  constructor(scope: Construct, id: string, props: RolePolicyProps) {
    const statements: Statement[] = [];
    super(scope, id, {
      name: props.name,
      role: props.role.id,
      policy: Lazy.stringValue({ produce: () => policyDocument(statements) }),
    });
    this.statements = statements;
  }

  addToPolicy(...statements: readonly Statement[]): void {
    this.statements.push(...statements);
  }
}
