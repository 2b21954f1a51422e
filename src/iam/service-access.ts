import { metricsNamespace } from "../config";
import type { CiScope } from "./ci-scope";
import { createAndDelete, type Statement } from "./policy-document";

/** What the policies need for a service that servers use: of the CI roles, and of the permissions boundary. */
interface ServiceAccess {
  /** Actions with which Terraform's refresh reads every resource of the service. */
  readonly read: readonly string[];
  /** What the role `apply` may change. */
  readonly change: (scope: Scope) => readonly Statement[];
  /** What a role of the platform may be granted. */
  readonly use: (scope: Scope) => readonly Statement[];
}

type Scope = Pick<CiScope, "name" | "region" | "accountId">;

/** ARN of the bucket of tables and programs of services. */
export const serviceFiles = (environmentName: string): string => `arn:aws:s3:::dev-one-${environmentName}-services-*`;

/** The services that servers use, without the database. A new one, such as SQS, is an entry here. */
export const serviceAccess: readonly ServiceAccess[] = [
  {
    read: ["secretsmanager:DescribeSecret", "secretsmanager:GetResourcePolicy"],
    change: ({ name, region, accountId }) => [
      {
        sid: "ManageOwnSecrets",
        actions: [
          ...createAndDelete("Secret"),
          ...["PutSecretValue", "UpdateSecret", "UpdateSecretVersionStage", "TagResource", "UntagResource"],
        ].map((action) => `secretsmanager:${action}`),
        resources: [`arn:aws:secretsmanager:${region}:${accountId}:secret:dev-one/${name}/*`],
      },
    ],
    use: ({ name, region, accountId }) => [
      {
        sid: "ReadOwnSecrets",
        actions: ["secretsmanager:GetSecretValue"],
        resources: [
          `arn:aws:secretsmanager:${region}:${accountId}:secret:dev-one/${name}/*`,
          `arn:aws:secretsmanager:${region}:${accountId}:secret:rds!*`,
        ],
      },
    ],
  },
  {
    // Objects are read by their ARNs: "ReadServiceFiles" of the plan policy.
    read: [],
    change: ({ name }) => [
      {
        sid: "ManageServiceFiles",
        // The provider deletes every version of an object that it destroys.
        actions: ["PutObject", "PutObjectTagging", "DeleteObject", "DeleteObjectVersion", "ListBucketVersions"].map(
          (action) => `s3:${action}`,
        ),
        resources: [serviceFiles(name), `${serviceFiles(name)}/*`],
      },
    ],
    use: ({ name }) => [
      {
        sid: "ReadServiceFiles",
        actions: ["s3:GetObject", "s3:GetObjectVersion", "s3:ListBucketVersions"],
        resources: [serviceFiles(name), `${serviceFiles(name)}/*`],
      },
      { sid: "RunJobs", actions: ["s3:PutObject"], resources: [`${serviceFiles(name)}/jobs/*`] },
      // Of the pipelines of services.
      { sid: "PutNewBundles", actions: ["s3:PutObject"], resources: [`${serviceFiles(name)}/bundles/*`] },
    ],
  },
  {
    read: [],
    // Metrics are created by their first value.
    change: () => [],
    use: (scope) => [
      {
        sid: "PublishOwnMetrics",
        actions: ["cloudwatch:PutMetricData"],
        resources: ["*"],
        conditions: { StringEquals: { "cloudwatch:namespace": metricsNamespace(scope) } },
      },
    ],
  },
];
