import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";

import { type Environment, prefix } from "../../../src/config";
import type { PlatformStack } from "../../../src/stacks/platform-stack";
import { PrivateBucket } from "../../../src/storage";

// docs/services.md shows what follows: ../service-access.test.ts compares both.

/** A queue and a bucket of the service shop. */
export function addOrders(stack: PlatformStack, environment: Environment): void {
  const role = stack.servers.roleOf("shop");
  const queue = new SqsQueue(stack, "orders", { name: `${prefix(environment)}-orders` });
  const use = ["SendMessage", "ReceiveMessage", "DeleteMessage"].map((action) => `sqs:${action}`);
  role.addToPolicy({ actions: use, resources: [queue.arn] });
  const bucketName = `${prefix(environment)}-invoices-${environment.accountId}`;
  const bucket = new PrivateBucket(stack, "invoices", { bucketName });
  bucket.grantRead(role);
  bucket.grantWrite(role);
}
