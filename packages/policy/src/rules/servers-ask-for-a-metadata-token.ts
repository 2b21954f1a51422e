import { every, type Rule } from "../rule";

export const serversAskForAMetadataToken: Rule = {
  id: "servers-ask-for-a-metadata-token",
  title: "Servers' metadata wants a token, and does not travel further than the server",
  reason: "Without the token, a program that can be led to fetch a URL hands out the server's credentials.",
  remedy: "Set http_tokens to required and the hop limit to 1.",
  controls: { checkov: ["CKV_AWS_79", "CKV_AWS_341"], securityHub: ["EC2.8", "EC2.170"], cis: ["5.6"] },

  subjects: every("aws_launch_template"),
  judge: (template) => {
    const options = template.block("metadata_options");
    return [
      options?.text("http_tokens") === "required" ? undefined : "http_tokens is not required",
      options?.number("http_put_response_hop_limit") === 1 ? undefined : "the hop limit is not 1",
    ];
  },
};
