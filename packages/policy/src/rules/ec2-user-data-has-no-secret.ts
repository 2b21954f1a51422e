import { gunzipSync } from "node:zlib";

import { every, type Rule } from "../rule";

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

export const ec2UserDataHasNoSecret: Rule = {
  id: "ec2-user-data-has-no-secret",
  title: "User data holds no credentials",
  reason: "Everyone who may call ec2:DescribeInstanceAttribute can read it.",
  remedy: "Let the server read the secret from Secrets Manager by its IAM role.",
  controls: { checkov: ["CKV_AWS_46"] },

  subjects: every("aws_launch_template"),
  check: (template) => {
    const text = decode(template.text("user_data") ?? "");
    return Object.entries(SECRETS).map(([name, pattern]) =>
      pattern.test(text) ? `it seems to hold ${name}` : undefined,
    );
  },
};
