import { every, type Rule } from "../rule";

export const listenersSpeakTls: Rule = {
  id: "listeners-speak-tls",
  title: "Listeners serve TLS 1.2 or newer; plain HTTP is only redirected",
  reason: "What clients send must not be readable on the way.",
  remedy: "Use an ELBSecurityPolicy-TLS13 policy, and let port 80 redirect to HTTPS.",
  controls: { checkov: ["CKV_AWS_2", "CKV_AWS_103", "CKV2_AWS_20", "CKV2_AWS_74"], securityHub: ["ELB.1", "ELB.17"] },

  subjects: every("aws_lb_listener"),
  judge: (listener) => {
    if (listener.text("protocol") === "HTTPS" || listener.text("protocol") === "TLS") {
      const policy = listener.text("ssl_policy") ?? "AWS's default";
      return /^ELBSecurityPolicy-TLS13-1-[23]-/.test(policy) ? undefined : `its policy is ${policy}`;
    }
    return listener
      .blocks("default_action")
      .map((action) => (action.block("redirect")?.text("protocol") === "HTTPS" ? undefined : "it answers without TLS"));
  },
};
