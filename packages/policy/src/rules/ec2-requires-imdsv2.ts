import { every, type Rule } from "../rule";

export const ec2RequiresImdsv2: Rule = {
  id: "ec2-requires-imdsv2",
  title: "Instance metadata requires a session token (IMDSv2), with a hop limit of 1",
  reason:
    "Without the token, a program that can be made to fetch a URL (SSRF) discloses the credentials of the instance's role.",
  remedy: "Set http_tokens to required and http_put_response_hop_limit to 1.",
  controls: { checkov: ["CKV_AWS_79", "CKV_AWS_341"], securityHub: ["EC2.8", "EC2.170"], cis: ["5.6"] },

  subjects: every("aws_launch_template"),
  check: (template) => {
    const options = template.block("metadata_options");
    return [
      options?.text("http_tokens") === "required" ? undefined : "http_tokens is not required",
      options?.number("http_put_response_hop_limit") === 1 ? undefined : "the hop limit is not 1",
    ];
  },
};
