import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import { TerraformStack, Testing } from "cdktf";
import { Construct } from "constructs";

import { assumedByServiceWithoutSource, type Grantee, RolePolicy } from "../../src/iam";
import { EncryptionKey } from "../../src/kms";
import { PlatformStack } from "../../src/stacks/platform-stack";
import { PrivateBucket } from "../../src/storage";
import { sandbox } from "../fixtures/environment";
import { statements } from "../support/policies";
import { Stack } from "../support/stack";
import { synthesize } from "../support/synthesis";

/** A queue, as somebody would write it for a new area. */
class Queue extends Construct {
  private readonly queue: SqsQueue;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: { readonly key: EncryptionKey },
  ) {
    super(scope, id);
    this.queue = new SqsQueue(this, "queue", { name: id, kmsMasterKeyId: props.key.arn });
  }

  grantSendMessages(grantee: Grantee): void {
    grantee.addToPolicy({ actions: ["sqs:SendMessage"], resources: [this.queue.arn] });
    this.props.key.grantEncryptDecrypt(grantee, "sqs.us-east-1.amazonaws.com");
  }
}

const keyOf = (scope: Construct) =>
  new EncryptionKey(scope, "some-key", { alias: "alias/some", description: "Some", accountId: "111122223333" });

describe("queues that servers send to", () => {
  const stack = new PlatformStack(Testing.app(), "sandbox", sandbox);
  const { role } = stack.servers;
  const key = keyOf(stack);
  const jobs = new Queue(stack, "jobs", { key });
  const mails = new Queue(stack, "mails", { key });
  mails.grantSendMessages(role);
  jobs.grantSendMessages(role);
  stack.prepareStack();
  const platform = new Stack("sandbox", JSON.stringify(stack.toTerraform()));

  test("are allowed by one inline policy of the servers' role, in the order of the grants", () => {
    const policy = platform.at("servers/role/granted");
    expect(platform.target(policy.values.role)).toBe(platform.at("servers/role/role"));
    const useKey = {
      Effect: "Allow",
      Action: ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey"],
      Resource: [`${platform.at("some-key/key").address}.arn`],
      Condition: { StringEquals: { "kms:ViaService": "sqs.us-east-1.amazonaws.com" } },
    };
    const send = (queue: string) => ({
      Effect: "Allow",
      Action: ["sqs:SendMessage"],
      Resource: [`${platform.at(`${queue}/queue`).address}.arn`],
    });
    // What the platform itself grants comes first.
    expect(statements(policy.values.policy).slice(-4)).toEqual([send("mails"), useKey, send("jobs"), useKey]);
  });

  test("change nothing else of the platform", () => {
    const granted = "servers/role/granted";
    const before = synthesize(sandbox)
      .platform.all()
      .filter(({ path }) => path !== granted);
    const known = [...before.map(({ path }) => path), granted];
    const added = platform.paths().filter((path) => !known.includes(path));
    expect(added).toEqual(["jobs/queue", "mails/queue", "some-key/alias", "some-key/key"]);
    expect(before.map(({ path }) => platform.at(path).values)).toEqual(before.map(({ values }) => values));
  });
});

describe("a bucket grants", () => {
  const stack = new TerraformStack(Testing.app(), "test");
  const bucket = new PrivateBucket(stack, "bucket", { bucketName: "uploads", key: keyOf(stack) });
  const role = new IamRole(stack, "role", {
    name: "role",
    assumeRolePolicy: assumedByServiceWithoutSource("ec2.amazonaws.com"),
  });
  bucket.grantWrite(new RolePolicy(stack, "write", { name: "write", role }), "in/");
  bucket.grantRead(new RolePolicy(stack, "read", { name: "read", role }));
  const synthesized = new Stack("test", JSON.stringify(stack.toTerraform()));
  const granted = (policy: string) => statements(synthesized.at(policy).values.policy);
  const objects = `\${${synthesized.only("aws_s3_bucket").address}.arn}`;
  const key = `${synthesized.only("aws_kms_key").address}.arn`;

  test("to write objects below a prefix, with its key", () => {
    expect(granted("write")).toEqual([
      { Effect: "Allow", Action: ["s3:PutObject"], Resource: [`${objects}/in/*`] },
      { Effect: "Allow", Action: ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey"], Resource: [key] },
    ]);
  });

  test("to read objects, with its key for nothing but decryption", () => {
    expect(granted("read")).toEqual([
      { Effect: "Allow", Action: ["s3:GetObject"], Resource: [`${objects}/*`] },
      { Effect: "Allow", Action: ["kms:Decrypt"], Resource: [key] },
    ]);
  });
});
