import { printable } from "@dev-one/cli/printable";
import type { Resource } from "@dev-one/terraform-json/resources";

import { type Context, many, NoPrice, numberOf, type Part, textOf } from "../context";
import { sum } from "../money";
import type { DatabaseClass } from "../prices/price";

const FREE_INSIGHTS_DAYS = 7;
/** AWS bills RDS Proxy for at least two vCPUs. */
const LEAST_VCPUS = 2;

export const database: Part = {
  name: "database",
  types: ["aws_db_instance"],
  addLines(context) {
    context.each("aws_db_instance", (instance) => {
      const { singleAz, multiAz } = classOf(context, instance);
      const isMultiAz = instance.flag("multi_az") === true;
      const storage = numberOf(instance, "allocated_storage");
      const backups = context.assumptions.databaseBackups;
      const item = `PostgreSQL, ${textOf(instance, "instance_class")}`;
      const one = many(1, "instance");
      if (isMultiAz) context.line(`${item}, with standby (Multi-AZ)`, multiAz, one, context.hours);
      else context.line(`${item}, one zone`, singleAz, one, context.hours);
      const price = isMultiAz ? "databaseStorageMultiAz" : "databaseStorageSingleAz";
      context.line("Storage, gp3", price, { value: storage, label: "GB" });
      context.line("Backups beyond the free size of the storage", "databaseBackup", {
        value: Math.max(0, backups - storage),
        label: `GB (${backups} - ${storage})`,
        assumed: true,
      });
    });
  },
};

export const proxy: Part = {
  name: "proxy",
  types: ["aws_db_proxy"],
  addLines(context) {
    const vcpus = sum(context.each("aws_db_instance", (instance) => classOf(context, instance).vcpus));
    context.each("aws_db_proxy", () => {
      if (vcpus === 0 && context.count("aws_db_instance") > 0)
        throw new NoPrice("a proxy of a database without a price");
      const billed = { value: Math.max(LEAST_VCPUS, vcpus), label: "vCPUs of the database" };
      context.line("RDS Proxy", "proxyVcpu", billed, context.hours);
    });
  },
};

export const keysAndSecrets: Part = {
  name: "keys and secrets",
  types: ["aws_kms_key", "aws_secretsmanager_secret"],
  addLines(context) {
    const keys = context.count("aws_kms_key");
    if (keys > 0) {
      context.line("KMS keys", "kmsKey", many(keys, "key"));
      context.line("Requests to KMS", "kmsRequests", context.assume("kmsRequests", "requests"));
    }
    // RDS creates a secret for each master password that it manages.
    const managed = context.each("aws_db_instance", (each) =>
      Number(each.flag("manage_master_user_password") === true),
    );
    const secrets = context.count("aws_secretsmanager_secret") + sum(managed);
    if (secrets > 0) {
      context.line("Secrets", "secret", many(secrets, "secret"));
      context.line("Requests to Secrets Manager", "secretRequests", context.assume("secretRequests", "requests"));
    }
  },
};

/** @throws NoPrice when the list has no price for the instance class, the engine, or another feature */
function classOf({ list }: Context, instance: Resource): DatabaseClass {
  const [name, engine, storage] = ["instance_class", "engine", "storage_type"].map((each) => textOf(instance, each));
  const days = instance.number("performance_insights_retention_period") ?? 0;
  // The provider reads an unset value back as an empty string.
  const isReplica = instance.has("replicate_source_db") && instance.template("replicate_source_db") !== "";
  if (engine !== "postgres") throw new NoPrice(`engine ${printable(engine ?? "")}`);
  if (storage !== "gp3") throw new NoPrice(`storage ${printable(storage ?? "")}`);
  if (days > FREE_INSIGHTS_DAYS) throw new NoPrice(`Performance Insights for ${days} days`);
  if (isReplica) throw new NoPrice("a read replica");
  const found = Object.hasOwn(list.databaseClasses, name ?? "") ? list.databaseClasses[name ?? ""] : undefined;
  if (found === undefined) throw new NoPrice(`${printable(name ?? "")} in ${list.region}`);
  return found;
}
