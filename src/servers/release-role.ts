import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { Construct } from "constructs";

import { githubSubjectOfMain } from "../config";
import { assumedByGithub, githubProviderArn, RolePolicy } from "../iam";
import type { ServiceFiles } from "./service-files";

export interface ReleaseRoleProps {
  /** Name of the role. */
  readonly name: string;
  /** Name of the service. */
  readonly service: string;
  /** GitHub repository of the service, as the subject claim of its workflows names it. */
  readonly repository: string;
  /** Account with the OIDC provider of GitHub. */
  readonly accountId: string;
  /** ARN of the permissions boundary. It must allow to put bundles. */
  readonly permissionsBoundaryArn: string;
  /** The bucket of bundles. */
  readonly files: ServiceFiles;
}

/**
 * IAM role of a service's pipeline, assumed from the branch `main` of its repository. It uploads bundles of this service and can do nothing
 * else: which bundle servers run is decided by the release, in this repository.
 */
export class ReleaseRole extends Construct {
  constructor(scope: Construct, id: string, props: ReleaseRoleProps) {
    super(scope, id);
    const { name, service, repository, accountId, permissionsBoundaryArn, files } = props;
    const role = new IamRole(this, "role", {
      name,
      description: `GitHub workflows of ${repository}: upload bundles of ${service}`,
      maxSessionDuration: 3600,
      permissionsBoundary: permissionsBoundaryArn,
      assumeRolePolicy: assumedByGithub(githubProviderArn(accountId), [githubSubjectOfMain(repository)]),
    });
    files.grantPutBundles(new RolePolicy(this, "bundles", { name: "put-bundles", role }), service);
  }
}
