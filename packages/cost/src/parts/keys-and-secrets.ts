import { flagOf } from "../resources/resource";
import { type Context, line, type Part } from "./part";

const NAME = "keys and secrets";

export const keysAndSecrets: Part = {
  name: NAME,
  types: ["aws_kms_key", "aws_secretsmanager_secret"],
  lines(context) {
    const { prices } = context.list;
    const keys = context.of("aws_kms_key").length;
    const secrets = secretsOf(context);
    return [
      ...(keys === 0
        ? []
        : [
            line(NAME, "KMS keys", prices.kmsKey, { value: keys, label: "keys", one: "key" }),
            line(NAME, "Requests to KMS", prices.kmsRequests, context.assume("kmsRequests", "requests")),
          ]),
      ...(secrets === 0
        ? []
        : [
            line(NAME, "Secrets", prices.secret, { value: secrets, label: "secrets", one: "secret" }),
            line(
              NAME,
              "Requests to Secrets Manager",
              prices.secretRequests,
              context.assume("secretRequests", "requests"),
            ),
          ]),
    ];
  },
};

/** The secrets of the stack, and the one that RDS creates for each master password. */
function secretsOf(context: Context): number {
  const ofDatabases = context
    .of("aws_db_instance")
    .filter(({ values }) => flagOf(values, "manage_master_user_password"));
  return context.of("aws_secretsmanager_secret").length + ofDatabases.length;
}
