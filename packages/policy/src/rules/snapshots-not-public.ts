import { every, type Rule } from "../rule";

/** A snapshot of RDS is public when it is shared with the account `all`. */
const SHARED = ["aws_db_snapshot", "aws_db_snapshot_copy", "aws_db_cluster_snapshot", "aws_rds_cluster_snapshot_copy"];

export const snapshotsNotPublic: Rule = {
  id: "snapshots-not-public",
  title: "Snapshots and AMIs are shared with named accounts only, and public sharing of EBS snapshots stays blocked",
  reason: "Every AWS account can find a public snapshot, restore it and read all of its data.",
  remedy: "Name the accounts to share with, and keep the block of public access.",
  controls: { checkov: ["CKV_AWS_205", "CKV_AWS_302"], securityHub: ["EC2.1", "EC2.182", "RDS.1"] },

  subjects: every(...SHARED, "aws_ami_launch_permission", "aws_ebs_snapshot_block_public_access"),
  check: (resource) => [
    resource.texts("shared_accounts").includes("all") ? "it is shared with all accounts" : undefined,
    resource.text("group") === "all" ? "every account may launch the AMI" : undefined,
    resource.text("state") === "unblocked" ? "EBS snapshots may be shared with all accounts" : undefined,
  ],
};
