import { gunzipSync } from "node:zlib";

import type { Resource } from "@dev-one/terraform-json/resources";

import { availabilityZoneOf } from "../facts/availability-zones";
import { every, everyInProduction, type Rule } from "../rule";

const SECRETS = {
  "an AWS access key": /\b(AKIA|ASIA)[A-Z0-9]{16}\b/,
  "a Datadog key": /(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])/,
  "a private key": /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  "a password": /(password|passwd)\s*[=:]\s*["'][^\s"'$<{]{6,}/i,
};

/** The text that cloud-init decodes: base64, with or without gzip. */
function decode(base64: string): string {
  const bytes = Buffer.from(base64, "base64");
  return (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString("utf8");
}

/** Seconds by which CloudWatch metrics may arrive late. */
const LATE_SECONDS = 180;

function addsServers(policy: Resource): boolean {
  return [policy, ...policy.blocks("step_adjustment")].some((each) => (each.number("scaling_adjustment") ?? 0) > 0);
}

/** A snapshot of RDS is public when it is shared with the account `all`. */
const SHARED = ["aws_db_snapshot", "aws_db_snapshot_copy", "aws_db_cluster_snapshot", "aws_rds_cluster_snapshot_copy"];

export const servers: readonly Rule[] = [
  {
    id: "asg-in-two-availability-zones",
    title: "Auto Scaling groups behind a target group run servers in at least two Availability Zones",
    reason: "When one Availability Zone fails, the servers in the other one serve.",
    remedy: "Name at least two Availability Zones in the environment; each gets an Auto Scaling group.",
    controls: { securityHub: ["AutoScaling.2"] },
    subjects: (stack) =>
      every("aws_lb_target_group")(stack).filter(
        (target) => stack.referring("aws_autoscaling_group", "target_group_arns", target).length > 0,
      ),
    check: (target, stack) => {
      const groups = stack.referring("aws_autoscaling_group", "target_group_arns", target);
      // A group whose minimum size is 0 adds no Availability Zone.
      const permanent = groups.filter((group) => (group.number("min_size") ?? 0) > 0);
      const availabilityZones = new Set(
        permanent.flatMap((group) => group.targets("vpc_zone_identifier").map(availabilityZoneOf)),
      );
      return (
        availabilityZones.size < 2 &&
        `groups with a minimum size above 0 are in ${availabilityZones.size} Availability Zone only`
      );
    },
  },
  {
    id: "asg-uses-elb-health-check",
    title: "Auto Scaling groups use the load balancer's health check",
    reason:
      "An EC2 health check sees only whether the instance runs. An instance whose service has stopped would stay in the group and get traffic.",
    remedy: "Set health_check_type to ELB with a grace period, and attach the group to a target group.",
    controls: { checkov: ["CKV2_AWS_15"], securityHub: ["AutoScaling.1"] },
    subjects: every("aws_autoscaling_group"),
    check: (group) => [
      group.text("health_check_type") !== "ELB" && "health_check_type is not ELB",
      !group.has("health_check_grace_period") && "health_check_grace_period is not set",
      group.targets("target_group_arns").length === 0 && "it has no target group",
    ],
  },
  {
    id: "ebs-encryption",
    title: "Every EBS volume of a server is encrypted with the environment's KMS key",
    reason: "Without encryption, everyone with access to a snapshot can read the data.",
    remedy: "Set encrypted and kms_key_id in every block_device_mappings.",
    controls: { checkov: ["CKV_AWS_8"], securityHub: ["EC2.7"], cis: ["2.2.1"] },
    subjects: every("aws_launch_template"),
    check: (template) => {
      const volumes = template.blocks("block_device_mappings").map((mapping) => mapping.block("ebs"));
      if (volumes.length === 0)
        return "it has no block_device_mappings, and the encryption of the AMI's volumes is not known";
      return volumes.map(
        (volume) =>
          !(volume?.flag("encrypted") === true && volume.has("kms_key_id")) &&
          "a volume is not encrypted with a KMS key",
      );
    },
  },
  {
    id: "ec2-no-key-pair",
    title: "Servers have no EC2 key pair",
    reason:
      "A private key is copied and cannot be revoked. Session Manager asks IAM, and CloudTrail logs every session.",
    remedy: "Remove key_name and connect by `aws ssm start-session`.",
    subjects: every("aws_launch_template"),
    check: (template) => template.has("key_name") && "key_name is set",
  },
  {
    id: "ec2-user-data-has-no-secret",
    title: "User data holds no credentials",
    reason: "Everyone who may call ec2:DescribeInstanceAttribute can read it.",
    remedy: "Let the server read the secret from Secrets Manager by its IAM role.",
    controls: { checkov: ["CKV_AWS_46"] },
    subjects: every("aws_launch_template"),
    check: (template) => {
      const text = decode(template.text("user_data") ?? "");
      return Object.entries(SECRETS).map(([name, pattern]) => pattern.test(text) && `it seems to hold ${name}`);
    },
  },
  {
    id: "elb-attributes-hardened",
    title: "The load balancer drops invalid headers, writes access logs, and has subnets in two Availability Zones",
    reason:
      "Invalid headers allow request smuggling, requests without an access log cannot be investigated, and one Availability Zone can fail.",
    remedy: "Set drop_invalid_header_fields, access_logs, and one public subnet in each Availability Zone.",
    controls: {
      checkov: ["CKV_AWS_91", "CKV_AWS_131", "CKV_AWS_328"],
      securityHub: ["ELB.4", "ELB.5", "ELB.12", "ELB.13"],
    },
    subjects: every("aws_lb"),
    check: (balancer) => [
      balancer.flag("drop_invalid_header_fields") !== true && "drop_invalid_header_fields is off",
      !["defensive", "strictest"].includes(balancer.text("desync_mitigation_mode") ?? "defensive") &&
        "desync_mitigation_mode allows request smuggling",
      balancer.block("access_logs")?.flag("enabled") !== true && "it writes no access logs",
      new Set(balancer.targets("subnets").map(availabilityZoneOf)).size < 2 &&
        "its subnets are in one Availability Zone",
    ],
  },
  {
    id: "production-deletion-protection",
    title: "Production's load balancer and database have deletion protection",
    reason: "One wrong command must not delete them.",
    remedy: "Leave protectFromDestruction on in production.",
    controls: { checkov: ["CKV_AWS_150", "CKV_AWS_293"], securityHub: ["ELB.6", "RDS.8"] },
    subjects: everyInProduction("aws_lb", "aws_db_instance"),
    check: (resource) =>
      ![resource.flag("enable_deletion_protection"), resource.flag("deletion_protection")].includes(true) &&
      "deletion protection is off",
  },
  {
    id: "scaling-alarm-allows-late-metrics",
    title: "Alarms that add servers fire also when a metric arrives three minutes late",
    reason:
      "The newest minutes are then missing, or 0 where the expression has FILL. An alarm that needs all of its minutes stays OK at any load.",
    remedy: "Evaluate three minutes more than must breach (M of N): evaluation_periods above datapoints_to_alarm.",
    subjects: (stack) =>
      every("aws_cloudwatch_metric_alarm")(stack).filter((alarm) => alarm.targets("alarm_actions").some(addsServers)),
    check: (alarm) => {
      const metrics = alarm.blocks("metric_query").flatMap((query) => query.block("metric") ?? []);
      const periods = [alarm, ...metrics].flatMap((each) => each.number("period") ?? []);
      const late = Math.ceil(LATE_SECONDS / Math.min(...periods));
      const evaluated = alarm.number("evaluation_periods") ?? 0;
      const breaching = alarm.number("datapoints_to_alarm") ?? evaluated;
      return (
        evaluated < breaching + late &&
        `${breaching} of ${evaluated} periods must breach, and the newest ${late} may be missing or filled`
      );
    },
  },
  {
    id: "snapshots-not-public",
    title: "Snapshots and AMIs are shared with named accounts only, and public sharing of EBS snapshots stays blocked",
    reason: "Every AWS account can find a public snapshot, restore it and read all of its data.",
    remedy: "Name the accounts to share with, and keep the block of public access.",
    controls: { checkov: ["CKV_AWS_205", "CKV_AWS_302"], securityHub: ["EC2.1", "EC2.182", "RDS.1"] },
    subjects: every(...SHARED, "aws_ami_launch_permission", "aws_ebs_snapshot_block_public_access"),
    check: (resource) => [
      resource.texts("shared_accounts").includes("all") && "it is shared with all accounts",
      resource.text("group") === "all" && "every account may launch the AMI",
      resource.text("state") === "unblocked" && "EBS snapshots may be shared with all accounts",
    ],
  },
];
