import { Construct } from "constructs";

import { type Environment, prefix } from "../config";
import { PrivateBucket } from "../storage";

export interface AccessLogsProps {
  readonly environment: Environment;
}

/**
 * Bucket of the load balancer's access logs. Encrypted with S3's own key: the load balancer can write with no other.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
 */
export class AccessLogs extends Construct {
  /** The bucket; wait for its policy before logging into it. */
  readonly bucket: PrivateBucket;

  constructor(scope: Construct, id: string, { environment }: AccessLogsProps) {
    super(scope, id);
    this.bucket = new PrivateBucket(this, "bucket", {
      bucket: `${prefix(environment)}-access-logs-${environment.accountId}`,
      expireAfterDays: environment.logRetentionDays,
      expireOldVersionsAfterDays: 7,
      preventDestroy: environment.protectFromDestruction,
      forceDestroy: !environment.protectFromDestruction,
      statements: (arn) => [
        {
          sid: "PutAccessLogs",
          principals: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
          actions: ["s3:PutObject"],
          resources: [`${arn}/AWSLogs/${environment.accountId}/*`],
          conditions: {
            ArnLike: {
              "aws:SourceArn": `arn:aws:elasticloadbalancing:${environment.region}:${environment.accountId}:loadbalancer/*`,
            },
          },
        },
      ],
    });
  }
}
