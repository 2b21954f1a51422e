import { every, type Rule } from "../rule";

export const terraformStateHasNoSecret: Rule = {
  id: "terraform-state-has-no-secret",
  title: "No password or secret value is stored in Terraform's state",
  reason: "Everyone who may plan can read the state.",
  remedy: "Let RDS manage the master password, and write secrets by secret_string_wo.",
  controls: {},

  subjects: every("aws_db_instance", "aws_secretsmanager_secret_version"),
  check: (resource) => [
    ...["password", "secret_string", "secret_binary"].map((argument) =>
      resource.has(argument) ? `${argument} is stored in the state` : undefined,
    ),
    resource.type === "aws_db_instance" && resource.flag("manage_master_user_password") !== true
      ? "manage_master_user_password is off"
      : undefined,
  ],
};
