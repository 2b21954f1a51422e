import { DataAwsSsmParameter } from "@cdktf/provider-aws/lib/data-aws-ssm-parameter";
import { LaunchTemplate } from "@cdktf/provider-aws/lib/launch-template";
import type { S3Object } from "@cdktf/provider-aws/lib/s3-object";
import type { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";

import { instanceType } from "../config";
import type { EncryptionKey } from "../kms";
import type { ServerRole } from "./server-role";

export interface ServerTemplateProps {
  /** Name of the launch template and of what instances create. */
  readonly name: string;
  /** Description of the launch template. */
  readonly description: string;
  /** Value of the tag `env`. */
  readonly environmentName: string;
  /** EC2 instance type that the catalog describes. */
  readonly instanceType: string;
  /** AMI id. @default the newest Amazon Linux 2023 for the instance type's architecture */
  readonly imageId?: string | undefined;
  /** Size of the root volume, GiB. @default 30 */
  readonly rootVolumeGib?: number;
  /** Security group of the servers. */
  readonly securityGroup: SecurityGroup;
  /** Its rules. Servers install packages at boot, so that they must not start before these exist. */
  readonly securityGroupRules: readonly ITerraformDependable[];
  /** Encrypts the root volume. */
  readonly key: EncryptionKey;
  /** IAM role of the servers. */
  readonly role: ServerRole;
  /** User data, gzip-compressed and base64-encoded. */
  readonly userData: string;
  /** Objects that servers read at boot, so that they must not start before these exist. */
  readonly objects: readonly S3Object[];
}

/** Launch template of the named and elastic servers, or of the servers of one service. */
export class ServerTemplate extends Construct {
  /** The launch template. A change creates a version, which `npm run roll-out` gives to the groups. */
  readonly template: LaunchTemplate;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: ServerTemplateProps,
  ) {
    super(scope, id);
    const { name, environmentName, key, role } = props;
    this.template = new LaunchTemplate(this, "template", {
      name,
      description: props.description,
      updateDefaultVersion: true,
      imageId: this.imageId(),
      instanceType: props.instanceType,
      iamInstanceProfile: { name: role.instanceProfileName },
      vpcSecurityGroupIds: [props.securityGroup.id],
      userData: props.userData,
      // No key pair, because people connect with SSM Session Manager.
      metadataOptions: {
        httpEndpoint: "enabled",
        httpTokens: "required",
        httpPutResponseHopLimit: 1,
        instanceMetadataTags: "enabled",
      },
      monitoring: { enabled: true },
      blockDeviceMappings: [
        {
          deviceName: "/dev/xvda",
          ebs: {
            volumeType: "gp3",
            volumeSize: props.rootVolumeGib ?? 30,
            encrypted: "true",
            kmsKeyId: key.arn,
            deleteOnTermination: "true",
          },
        },
      ],
      dependsOn: [...role.permissions, ...props.securityGroupRules, ...props.objects],
      // Default tags of the provider do not apply to resources that Auto Scaling creates.
      tagSpecifications: ["instance", "volume", "network-interface"].map((resourceType) => ({
        resourceType,
        tags: { Name: name, env: environmentName, project: "dev-one" },
      })),
    });
  }

  /** The pinned image or the newest of Amazon, which a plan shows as a new version of the launch template. */
  private imageId(): string {
    if (this.props.imageId !== undefined) return this.props.imageId;
    const { architecture } = instanceType(this.props.instanceType);
    return new DataAwsSsmParameter(this, "amazon-linux", {
      name: `/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-${architecture}`,
    }).insecureValue;
  }
}
