import { every, type Rule } from "../rule";

export const passwordsStayOutOfState: Rule = {
  id: "passwords-stay-out-of-state",
  title: "No password or secret is written where Terraform keeps it",
  reason: "State is read by whoever may plan.",
  remedy: "Let RDS manage the master password, and write secrets by secret_string_wo.",
  controls: {},

  subjects: every("aws_db_instance", "aws_secretsmanager_secret_version"),
  judge: (resource) => [
    ...["password", "secret_string", "secret_binary"].map((argument) =>
      resource.has(argument) ? `${argument} goes into the state` : undefined,
    ),
    resource.type === "aws_db_instance" && resource.flag("manage_master_user_password") !== true
      ? "RDS does not manage the master password"
      : undefined,
  ],
};
