import { DataAwsSsmParameter } from "@cdktf/provider-aws/lib/data-aws-ssm-parameter";
import { LaunchTemplate } from "@cdktf/provider-aws/lib/launch-template";
import { Construct } from "constructs";

import { type Environment, instanceType, prefix } from "../config";
import type { DatabaseAccess } from "../database";
import type { EncryptionKey } from "../kms";
import type { Network } from "../network";
import type { ServerRole } from "./server-role";
import { compressedUserData } from "./user-data";

export interface ServerTemplateProps {
  readonly environment: Environment;
  /** Gives the servers' security group. */
  readonly network: Network;
  /** Encrypts the root volume. */
  readonly key: EncryptionKey;
  /** What a server may do. */
  readonly role: ServerRole;
  /** What the servers connect to; goes into their user data. */
  readonly database: DatabaseAccess;
}

/** How every server starts, named or elastic. */
export class ServerTemplate extends Construct {
  /** The launch template; each change is a new version, which rolls through the groups. */
  readonly template: LaunchTemplate;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: ServerTemplateProps,
  ) {
    super(scope, id);
    const { environment, network, key, role, database } = props;
    const name = prefix(environment);
    this.template = new LaunchTemplate(this, "template", {
      name,
      description: `Servers of ${environment.name}`,
      updateDefaultVersion: true,
      imageId: this.imageId(),
      instanceType: environment.servers.instanceType,
      iamInstanceProfile: { name: role.instanceProfileName },
      vpcSecurityGroupIds: [network.securityGroups.servers.id],
      userData: compressedUserData(environment, database),
      // No key pair: people come in by SSM Session Manager.
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
            volumeSize: environment.servers.rootVolumeGib,
            encrypted: "true",
            kmsKeyId: key.arn,
            deleteOnTermination: "true",
          },
        },
      ],
      dependsOn: [...role.permissions],
      // The provider's default tags do not reach what Auto Scaling launches.
      tagSpecifications: ["instance", "volume", "network-interface"].map((resourceType) => ({
        resourceType,
        tags: { Name: name, env: environment.name, project: "dev-one" },
      })),
    });
  }

  /** A pinned image, or Amazon's newest; a new image shows in the plan as a new version of the template. */
  private imageId(): string {
    const { amiId, instanceType: type } = this.props.environment.servers;
    if (amiId !== undefined) return amiId;
    const { architecture } = instanceType(type);
    return new DataAwsSsmParameter(this, "amazon-linux", {
      name: `/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-${architecture}`,
    }).insecureValue;
  }
}
