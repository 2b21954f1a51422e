import { fixture, sandbox } from "../fixtures/environment";
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

/** Whether buckets are destroyed with their objects, each value once. */
const forceDestroy = (stack: Stack) => [
  ...new Set(stack.resources("aws_s3_bucket").map(({ values }) => values.force_destroy)),
];

describe("an environment that is protected from destruction", () => {
  const { platform, state } = synthesize(fixture);

  test("has prevent_destroy on data, keys, public IP addresses of NAT gateways and the public hosted zone", () => {
    const known = [
      "access-logs/bucket/bucket",
      "database/instance",
      "dns/zone",
      "encryption/key/key",
      "network/zone-5/nat-address",
      "network/zone-6/nat-address",
      "servers/files/bucket/bucket",
    ];
    expect(protectedPaths(platform)).toEqual(expect.arrayContaining(known));
    expect(protectedPaths(state)).toEqual(["state/bucket/bucket", "state/key/key"]);
  });

  test("has deletion protection of the database, and leaves a final snapshot and all backups", () => {
    expect(platform.only("aws_db_instance").values).toMatchObject({
      deletion_protection: true,
      skip_final_snapshot: false,
      final_snapshot_identifier: "dev-one-fixture-postgres-final",
      delete_automated_backups: false,
      copy_tags_to_snapshot: true,
      multi_az: true,
    });
  });

  test("can restore a deleted secret or key for 30 days", () => {
    const secrets = platform.resources("aws_secretsmanager_secret");
    expect([...new Set(secrets.map(({ values }) => values.recovery_window_in_days))]).toEqual([30]);
    expect(platform.at("encryption/key/key").values.deletion_window_in_days).toBe(30);
  });

  test("has deletion protection of the load balancer, and deletes no bucket that has objects", () => {
    expect(platform.only("aws_lb").values.enable_deletion_protection).toBe(true);
    expect(forceDestroy(platform)).toEqual([false]);
  });
});

describe("an environment that is not protected", () => {
  const { platform, state } = synthesize(sandbox);

  test("can be destroyed by one command, and created again under the same names", () => {
    expect(protectedPaths(platform)).toEqual([]);
    expect(platform.only("aws_db_instance").values).toMatchObject({
      deletion_protection: false,
      skip_final_snapshot: true,
      delete_automated_backups: true,
    });
    expect(platform.only("aws_db_instance").values).not.toHaveProperty("final_snapshot_identifier");
    expect(platform.only("aws_lb").values.enable_deletion_protection).toBe(false);
    const secrets = platform.resources("aws_secretsmanager_secret");
    expect([...new Set(secrets.map(({ values }) => values.recovery_window_in_days))]).toEqual([0]);
    expect(forceDestroy(platform)).toEqual([true]);
  });

  test("has prevent_destroy on its state all the same", () => {
    expect(protectedPaths(state)).toEqual(["state/bucket/bucket", "state/key/key"]);
    expect(state.only("aws_s3_bucket").values.force_destroy).toBe(false);
  });
});
