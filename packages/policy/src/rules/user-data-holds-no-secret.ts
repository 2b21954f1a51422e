import { gunzipSync } from "node:zlib";

import { every, type Rule } from "../rule";

const SECRETS = {
  "an access key of AWS": /\b(AKIA|ASIA)[A-Z0-9]{16}\b/,
  "a key of Datadog": /(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])/,
  "a private key": /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  "a password": /(password|passwd)\s*[=:]\s*["'][^\s"'$<{]{6,}/i,
};

/** As it reads on the server: cloud-init takes base64, compressed or not. */
function readable(base64: string): string {
  const bytes = Buffer.from(base64, "base64");
  return (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString("utf8");
}

export const userDataHoldsNoSecret: Rule = {
  id: "user-data-holds-no-secret",
  title: "User data holds no credentials",
  reason: "Whoever may describe an instance reads its user data.",
  remedy: "Let the server read the secret from Secrets Manager, with its role.",
  controls: { checkov: ["CKV_AWS_46"] },

  subjects: every("aws_launch_template"),
  judge: (template) => {
    const text = readable(template.text("user_data") ?? "");
    return Object.entries(SECRETS).map(([name, pattern]) =>
      pattern.test(text) ? `it looks as if it held ${name}` : undefined,
    );
  },
};
