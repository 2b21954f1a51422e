import { every, type Rule } from "../rule";

export const flowLogsAreOn: Rule = {
  id: "flow-logs-are-on",
  title: "Every VPC logs all of its traffic",
  reason: "After an incident, who spoke to whom is the first question.",
  remedy: "Keep the flow log in src/network/vpc.ts, with traffic_type ALL.",
  controls: { checkov: ["CKV2_AWS_11"], securityHub: ["EC2.6"], cis: ["3.7"] },

  subjects: every("aws_vpc"),
  judge: (vpc, stack) => {
    const logs = stack.referring("aws_flow_log", "vpc_id", vpc);
    if (logs.length === 0) return "has no flow log";
    return logs.some((log) => log.text("traffic_type") === "ALL") ? undefined : "its flow log leaves traffic out";
  },
};
