import { every, type Rule } from "../rule";

export const ebsEncryption: Rule = {
  id: "ebs-encryption",
  title: "Every EBS volume of a server is encrypted with the environment's KMS key",
  reason: "Without encryption, everyone with access to a snapshot can read the data.",
  remedy: "Set encrypted and kms_key_id in every block_device_mappings.",
  controls: { checkov: ["CKV_AWS_8"], securityHub: ["EC2.7"], cis: ["2.2.1"] },

  subjects: every("aws_launch_template"),
  check: (template) => {
    const volumes = template.blocks("block_device_mappings").map((mapping) => mapping.block("ebs"));
    if (volumes.length === 0)
      return "it has no block_device_mappings, and the encryption of the AMI's volumes is not known";
    return volumes.map((volume) =>
      volume?.flag("encrypted") === true && volume.has("kms_key_id")
        ? undefined
        : "a volume is not encrypted with a KMS key",
    );
  },
};
