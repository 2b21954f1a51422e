import { Construct } from "constructs";

import { PrivateBucket } from "../storage";

export interface AccessLogsProps {
  /** Name of the bucket, globally unique. */
  readonly bucketName: string;
  /** Account of the load balancer. */
  readonly accountId: string;
  /** Region of the load balancer. */
  readonly region: string;
  /** Days after which access logs are deleted. @default 90 */
  readonly retentionDays?: number;
  /** Refuses plans that destroy the bucket. Without it, a destroy deletes the access logs, too. @default true */
  readonly preventDestroy?: boolean;
}

/**
 * Bucket of the load balancer's access logs. Encrypted with the key of S3 (SSE-S3), because Elastic Load Balancing supports no KMS key.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
 */
export class AccessLogs extends Construct {
  /** The bucket. The load balancer must depend on its policy. */
  readonly bucket: PrivateBucket;

  constructor(scope: Construct, id: string, props: AccessLogsProps) {
    super(scope, id);
    const { bucketName, accountId, region, preventDestroy = true } = props;
    this.bucket = new PrivateBucket(this, "bucket", {
      bucketName,
      expirationDays: props.retentionDays ?? 90,
      noncurrentVersionExpirationDays: 7,
      preventDestroy,
      forceDestroy: !preventDestroy,
      bucketPolicyStatements: (arn) => [
        {
          sid: "PutAccessLogs",
          principals: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
          actions: ["s3:PutObject"],
          resources: [`${arn}/AWSLogs/${accountId}/*`],
          conditions: {
            ArnLike: { "aws:SourceArn": `arn:aws:elasticloadbalancing:${region}:${accountId}:loadbalancer/*` },
          },
        },
      ],
    });
  }
}
