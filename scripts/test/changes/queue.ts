// What a queue for the servers needs: a construct, permissions, a policy rule.
export const QUEUE = `import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import { Construct } from "constructs";

import type { Grantee } from "../iam";
import type { EncryptionKey } from "../kms";

/** An SQS queue, encrypted with a key. */
export class Queue extends Construct {
  private readonly queue: SqsQueue;

  constructor(scope: Construct, id: string, private readonly props: { name: string; region: string; key: EncryptionKey }) {
    super(scope, id);
    this.queue = new SqsQueue(this, "queue", { name: props.name, kmsMasterKeyId: props.key.arn });
  }

  /** Allows to send messages. */
  grantSendMessages(grantee: Grantee): void {
    grantee.addToPolicy({ actions: ["sqs:SendMessage"], resources: [this.queue.arn] });
    this.props.key.grantEncryptDecrypt(grantee, \`sqs.\${this.props.region}.amazonaws.com\`);
  }
}
`;

export const QUEUE_ACTIONS = `  aws_sqs_queue: {
    read: reads("sqs:GetQueueAttributes", "sqs:ListQueueTags"),
    change: {
      ManageOwnQueues: {
        create: ["sqs:CreateQueue", "sqs:TagQueue"],
        update: ["sqs:SetQueueAttributes", "sqs:UntagQueue"],
        delete: ["sqs:DeleteQueue"],
      },
    },
  },`;

export const QUEUE_STATEMENT = `    {
      sid: "ManageOwnQueues",
      actions: actionsOf(ci.resourceTypes, "ManageOwnQueues"),
      resources: [\`arn:aws:sqs:\${region}:\${accountId}:dev-one-\${name}-*\`],
    },`;

export const QUEUE_GRANTS = `    aws_sqs_queue: [
      { sid: "SendToOwnQueues", actions: ["sqs:SendMessage"], resources: [\`arn:aws:sqs:\${region}:\${accountId}:dev-one-\${name}-*\`] },
      { sid: "EncryptWithOwnKeys", actions: ["kms:Encrypt", "kms:GenerateDataKey"], resources: [\`arn:aws:kms:\${region}:\${accountId}:key/*\`] },
    ],`;

export const QUEUE_RULE = `  {
    id: "sqs-encryption",
    title: "SQS queues are encrypted with a KMS key",
    reason: "Messages hold what clients send.",
    remedy: "Set kms_master_key_id.",
    controls: { checkov: ["CKV_AWS_27"] },
    subjects: every("aws_sqs_queue"),
    check: (queue) => (queue.text("kms_master_key_id") === undefined ? "kms_master_key_id is missing" : undefined),
  },`;
