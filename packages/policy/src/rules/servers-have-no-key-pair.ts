import { every, type Rule } from "../rule";

export const serversHaveNoKeyPair: Rule = {
  id: "servers-have-no-key-pair",
  title: "Nobody logs in to a server with a key pair",
  reason:
    "A private key goes from hand to hand and is never taken back; Session Manager asks IAM, and writes down who came.",
  remedy: "Remove key_name and use `aws ssm start-session`.",
  controls: {},

  subjects: every("aws_launch_template"),
  judge: (template) => (template.has("key_name") ? "key_name is set" : undefined),
};
