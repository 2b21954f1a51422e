import { every, type Rule } from "../rule";

export const disksAreEncrypted: Rule = {
  id: "disks-are-encrypted",
  title: "Every disk of a server is encrypted with the environment's key",
  reason: "A snapshot or a retired disk is readable without it.",
  remedy: "Set encrypted and kms_key_id in every block device mapping.",
  controls: { checkov: ["CKV_AWS_8"], securityHub: ["EC2.7"], cis: ["2.2.1"] },

  subjects: every("aws_launch_template"),
  judge: (template) => {
    const disks = template.blocks("block_device_mappings").map((mapping) => mapping.block("ebs"));
    if (disks.length === 0) return "no disk is described, and AWS's default is not ours to know";
    return disks.map((disk) =>
      disk?.flag("encrypted") === true && disk.has("kms_key_id") ? undefined : "a disk is not encrypted with our key",
    );
  },
};
