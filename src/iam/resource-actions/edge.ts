import { type Change, reads, type ResourceActions } from "./types";

/** A resource of the load balancer. */
const balancing = ({ create = [], update = [], delete: remove = [] }: Change): ResourceActions => ({
  read: reads("elasticloadbalancing:Describe*"),
  change: {
    ManageLoadBalancer: {
      create: [...create, "elasticloadbalancing:AddTags"],
      update: [...update, "elasticloadbalancing:RemoveTags"],
      delete: remove,
    },
  },
});

/** Configuration of a bucket, which has no ARN of its own. */
const bucket = (reading: readonly string[], change: Change): ResourceActions => ({
  read: { DescribeBuckets: reading },
  change: { ManageBuckets: change },
});

/** Load balancer, DNS, certificate, buckets and log groups. */
export const EDGE_ACTIONS = {
  aws_acm_certificate: {
    read: reads("acm:DescribeCertificate", "acm:ListTagsForCertificate"),
    change: {
      RequestCertificate: { create: ["acm:RequestCertificate", "acm:AddTagsToCertificate"] },
      ManageOwnCertificates: {
        update: ["acm:AddTagsToCertificate", "acm:RemoveTagsFromCertificate"],
        delete: ["acm:DeleteCertificate"],
      },
    },
  },
  aws_acm_certificate_validation: { read: reads("acm:DescribeCertificate"), change: {} },
  aws_cloudwatch_log_group: {
    read: reads("logs:DescribeLogGroups", "logs:ListTagsForResource"),
    change: {
      ManageLogGroups: {
        create: ["logs:CreateLogGroup", "logs:PutRetentionPolicy", "logs:TagResource"],
        update: ["logs:AssociateKmsKey", "logs:DisassociateKmsKey", "logs:UntagResource"],
        delete: ["logs:DeleteLogGroup"],
      },
    },
  },
  aws_cloudwatch_log_resource_policy: {
    read: reads("logs:DescribeResourcePolicies"),
    change: {
      ManageLogResourcePolicies: { create: ["logs:PutResourcePolicy"], delete: ["logs:DeleteResourcePolicy"] },
    },
  },
  aws_lb: {
    ...balancing({
      create: ["elasticloadbalancing:CreateLoadBalancer", "elasticloadbalancing:ModifyLoadBalancerAttributes"],
      update: ["elasticloadbalancing:SetSecurityGroups", "elasticloadbalancing:SetSubnets"],
      delete: ["elasticloadbalancing:DeleteLoadBalancer"],
    }),
  },
  aws_lb_listener: balancing({
    create: ["elasticloadbalancing:CreateListener", "elasticloadbalancing:ModifyListenerAttributes"],
    update: ["elasticloadbalancing:ModifyListener"],
    delete: ["elasticloadbalancing:DeleteListener"],
  }),
  aws_lb_listener_rule: balancing({
    create: ["elasticloadbalancing:CreateRule"],
    update: ["elasticloadbalancing:ModifyRule", "elasticloadbalancing:SetRulePriorities"],
    delete: ["elasticloadbalancing:DeleteRule"],
  }),
  aws_lb_target_group: balancing({
    create: ["elasticloadbalancing:CreateTargetGroup", "elasticloadbalancing:ModifyTargetGroupAttributes"],
    update: ["elasticloadbalancing:ModifyTargetGroup"],
    delete: ["elasticloadbalancing:DeleteTargetGroup"],
  }),
  aws_lb_target_group_attachment: balancing({
    create: ["elasticloadbalancing:RegisterTargets"],
    delete: ["elasticloadbalancing:DeregisterTargets"],
  }),
  aws_route53_query_log: {
    read: reads("route53:GetQueryLoggingConfig", "route53:ListQueryLoggingConfigs"),
    change: {
      ChangeHostedZones: { create: ["route53:CreateQueryLoggingConfig"] },
      DeleteQueryLogging: { delete: ["route53:DeleteQueryLoggingConfig"] },
    },
  },
  aws_route53_record: {
    read: reads("route53:GetChange", "route53:GetHostedZone", "route53:ListResourceRecordSets"),
    change: { ChangeRecords: { create: ["route53:ChangeResourceRecordSets"] } },
  },
  // A person deletes hosted zones.
  aws_route53_zone: {
    read: reads(
      ...["route53:GetChange", "route53:GetHostedZone", "route53:ListHostedZones", "route53:ListResourceRecordSets"],
      "route53:ListTagsForResource",
    ),
    change: {
      CreateHostedZones: {
        create: ["route53:CreateHostedZone"],
        update: ["route53:AssociateVPCWithHostedZone", "route53:DisassociateVPCFromHostedZone"],
      },
      ChangeHostedZones: { update: ["route53:ChangeTagsForResource", "route53:UpdateHostedZoneComment"] },
    },
  },
  // Since version 6.23 the AWS provider reads and writes tags of buckets with the actions of S3 Control.
  aws_s3_bucket: bucket(
    [
      ...["s3:GetAccelerateConfiguration", "s3:GetBucket*", "s3:GetEncryptionConfiguration"],
      ...["s3:GetLifecycleConfiguration", "s3:GetReplicationConfiguration", "s3:ListBucket", "s3:ListTagsForResource"],
    ],
    {
      create: ["s3:CreateBucket", "s3:TagResource"],
      update: ["s3:UntagResource"],
      delete: ["s3:DeleteBucket"],
    },
  ),
  aws_s3_bucket_lifecycle_configuration: bucket(["s3:GetLifecycleConfiguration"], {
    create: ["s3:PutLifecycleConfiguration"],
  }),
  aws_s3_bucket_ownership_controls: bucket(["s3:GetBucket*"], { create: ["s3:PutBucket*"] }),
  aws_s3_bucket_policy: bucket(["s3:GetBucket*"], { create: ["s3:PutBucket*"], delete: ["s3:DeleteBucketPolicy"] }),
  aws_s3_bucket_public_access_block: bucket(["s3:GetBucket*"], { create: ["s3:PutBucket*"] }),
  aws_s3_bucket_server_side_encryption_configuration: bucket(["s3:GetEncryptionConfiguration"], {
    create: ["s3:PutEncryptionConfiguration"],
  }),
  aws_s3_bucket_versioning: bucket(["s3:GetBucket*"], { create: ["s3:PutBucket*"] }),
  aws_s3_object: {
    read: { ReadServiceFiles: ["s3:GetObject", "s3:GetObjectTagging"] },
    change: {
      ManageServiceFiles: {
        create: ["s3:PutObject", "s3:PutObjectTagging"],
        // The provider deletes every version of an object.
        delete: ["s3:DeleteObjectVersion", "s3:ListBucketVersions"],
      },
    },
  },
} satisfies Readonly<Record<string, ResourceActions>>;
