import { every, type Rule } from "../rule";

export const ec2NoKeyPair: Rule = {
  id: "ec2-no-key-pair",
  title: "Servers have no EC2 key pair",
  reason: "A private key is copied and cannot be revoked. Session Manager asks IAM, and CloudTrail logs every session.",
  remedy: "Remove key_name and connect by `aws ssm start-session`.",
  controls: {},

  subjects: every("aws_launch_template"),
  check: (template) => (template.has("key_name") ? "key_name is set" : undefined),
};
