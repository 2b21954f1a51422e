import { every, type Rule } from "../rule";

export const elbListenerRequiresTls: Rule = {
  id: "elb-listener-requires-tls",
  title: "Listeners accept TLS 1.2 or newer only and redirect HTTP to HTTPS",
  reason: "Otherwise others on the network path can read what clients send.",
  remedy: "Use an ELBSecurityPolicy-TLS13 policy, and let port 80 redirect to HTTPS.",
  controls: { checkov: ["CKV_AWS_2", "CKV_AWS_103", "CKV2_AWS_20", "CKV2_AWS_74"], securityHub: ["ELB.1", "ELB.17"] },

  subjects: every("aws_lb_listener"),
  check: (listener) => {
    if (listener.text("protocol") === "HTTPS" || listener.text("protocol") === "TLS") {
      const policy = listener.text("ssl_policy") ?? "AWS's default";
      return /^ELBSecurityPolicy-TLS13-1-[23]-/.test(policy) ? undefined : `its ssl_policy is ${policy}`;
    }
    return listener
      .blocks("default_action")
      .map((action) =>
        action.block("redirect")?.text("protocol") === "HTTPS"
          ? undefined
          : "it serves HTTP without a redirect to HTTPS",
      );
  },
};
