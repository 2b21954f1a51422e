import { every, type Rule } from "../rule";

export const vpcFlowLogsEnabled: Rule = {
  id: "vpc-flow-logs-enabled",
  title: "Every VPC has a flow log of all traffic",
  reason: "After an incident, the flow log shows which addresses exchanged traffic.",
  remedy: "Keep the flow log in src/network/vpc.ts, with traffic_type ALL.",
  controls: { checkov: ["CKV2_AWS_11"], securityHub: ["EC2.6"], cis: ["3.7"] },

  subjects: every("aws_vpc"),
  check: (vpc, stack) => {
    const logs = stack.referring("aws_flow_log", "vpc_id", vpc);
    if (logs.length === 0) return "it has no flow log";
    return logs.some((log) => log.text("traffic_type") === "ALL")
      ? undefined
      : "the traffic_type of its flow log is not ALL";
  },
};
