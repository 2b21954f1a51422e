import "../support/matchers";

import { DbInstance } from "@cdktf/provider-aws/lib/db-instance";
import { Lb } from "@cdktf/provider-aws/lib/lb";
import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";

import { production } from "../../src/environments/production";
import { staging } from "../../src/environments/staging";
import type { Stack } from "../support/stack";
import { synthesize } from "../support/synthesis";

/** What Terraform refuses to destroy. */
function protectedPaths(stack: Stack): string[] {
  return stack
    .resources()
    .filter((each) => (each.values.lifecycle as { prevent_destroy?: boolean } | undefined)?.prevent_destroy === true)
    .map((each) => each.path)
    .sort();
}

describe("production", () => {
  const { platform, state } = synthesize(production);

  test("refuses plans that destroy data, keys, outgoing addresses or the public zone", () => {
    expect(protectedPaths(platform)).toEqual([
      "access-logs/bucket/bucket",
      "database/instance",
      "dns/zone",
      "encryption/key/key",
      "network/zone-1/nat-address",
      "network/zone-2/nat-address",
    ]);
    expect(protectedPaths(state)).toEqual(["state/bucket/bucket", "state/key/key"]);
  });

  test("protects the database at AWS, too, and leaves a last snapshot and all backups", () => {
    expect(platform.json).toHaveResourceWithProperties(DbInstance, {
      deletion_protection: true,
      skip_final_snapshot: false,
      final_snapshot_identifier: "dev-one-production-postgres-final",
      delete_automated_backups: false,
      copy_tags_to_snapshot: true,
      multi_az: true,
    });
  });

  test("protects the load balancer at AWS, too", () => {
    expect(platform.json).toHaveResourceWithProperties(Lb, { enable_deletion_protection: true });
  });

  test("gives back a deleted secret for thirty days, and a deleted key", () => {
    expect(platform.json).toHaveResourceWithProperties(SecretsmanagerSecret, { recovery_window_in_days: 30 });
    expect(platform.only("aws_kms_key").values.deletion_window_in_days).toBe(30);
  });

  test("destroys no bucket that holds anything", () => {
    expect(platform.only("aws_s3_bucket").values.force_destroy).toBe(false);
  });
});

describe("staging", () => {
  const { platform, state } = synthesize(staging);

  test("can be destroyed by one command, and built again under the same names", () => {
    expect(protectedPaths(platform)).toEqual([]);
    expect(platform.json).toHaveResourceWithProperties(DbInstance, {
      deletion_protection: false,
      skip_final_snapshot: true,
      delete_automated_backups: true,
    });
    expect(platform.only("aws_db_instance").values).not.toHaveProperty("final_snapshot_identifier");
    expect(platform.json).toHaveResourceWithProperties(Lb, { enable_deletion_protection: false });
    expect(platform.json).toHaveResourceWithProperties(SecretsmanagerSecret, { recovery_window_in_days: 0 });
    expect(platform.only("aws_s3_bucket").values.force_destroy).toBe(true);
  });

  test("keeps its state all the same", () => {
    expect(protectedPaths(state)).toEqual(["state/bucket/bucket", "state/key/key"]);
  });
});
