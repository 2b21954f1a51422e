import type { Grantee, Statement } from "../iam";

/**
 * The part of the named servers' role that belongs to a service on some of them. What is granted to it holds for the servers with its
 * addresses only: credentials of an instance role carry the VPC and the primary private address of the instance that they were issued to.
 * @see https://aws.amazon.com/blogs/security/how-to-use-policies-to-restrict-where-ec2-instance-credentials-can-be-used-from/
 */
export class ServiceRole implements Grantee {
  /**
   * @param role role of all named servers
   * @param addresses private addresses of the service's servers
   */
  constructor(
    private readonly role: Grantee,
    private readonly vpcId: string,
    private readonly addresses: readonly string[],
  ) {}

  addToPolicy(...statements: readonly Statement[]): void {
    this.role.addToPolicy(...statements.map((statement) => this.limited(statement)));
  }

  private limited(statement: Statement): Statement {
    const { conditions = {} } = statement;
    // AWS does not say whether a service that uses a KMS key for the caller passes the keys on. What it decrypts is limited by its own statement.
    if (Object.values(conditions).some((keys) => "kms:ViaService" in keys)) return statement;
    return {
      ...statement,
      conditions: {
        ...conditions,
        // An address alone is that of other instances in other VPCs.
        StringEquals: { ...conditions.StringEquals, "aws:EC2InstanceSourceVPC": this.vpcId },
        IpAddress: { ...conditions.IpAddress, "aws:EC2InstanceSourcePrivateIPv4": this.addresses },
      },
    };
  }
}
