import { SsmDocument } from "@cdktf/provider-aws/lib/ssm-document";
import { Construct } from "constructs";

/** Longest migration, seconds. */
const TIMEOUT_SECONDS = 3600;

export interface MigrationDocumentProps {
  /** Name of the document, which the roll-out runs. */
  readonly name: string;
}

/**
 * The only command that the roll-out runs on servers: the migration of a release (docs/services.md). A document of its own instead of
 * AWS-RunShellScript, which would let its callers run any command as root.
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-schemas-features.html
 */
export class MigrationDocument extends Construct {
  constructor(scope: Construct, id: string, { name }: MigrationDocumentProps) {
    super(scope, id);
    const content = {
      schemaVersion: "2.2",
      description: "Runs the migration of a release of the server's service",
      parameters: {
        key: {
          type: "String",
          description: "Object in the bucket of services that holds the release",
          allowedPattern: "^(tables|services)/[a-z0-9-]+\\.json$",
        },
        sha256: {
          type: "String",
          description: "SHA-256 of the object, or nothing for its newest version",
          default: "",
          allowedPattern: "^([0-9a-f]{64})?$",
        },
      },
      mainSteps: [
        {
          action: "aws:runShellScript",
          name: "migrate",
          inputs: {
            timeoutSeconds: String(TIMEOUT_SECONDS),
            // The patterns allow no character with a meaning in a shell.
            runCommand: ["exec /usr/local/sbin/dev-one-migrate {{ key }} {{ sha256 }}"],
          },
        },
      ],
    };
    new SsmDocument(this, "document", {
      name,
      documentType: "Command",
      documentFormat: "JSON",
      targetType: "/AWS::EC2::Instance",
      content: JSON.stringify(content),
    });
  }
}
