import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { CloudwatchLogResourcePolicy } from "@cdktf/provider-aws/lib/cloudwatch-log-resource-policy";
import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { Route53QueryLog } from "@cdktf/provider-aws/lib/route53-query-log";
import { Route53Record } from "@cdktf/provider-aws/lib/route53-record";
import { Route53Zone } from "@cdktf/provider-aws/lib/route53-zone";
import { Construct } from "constructs";

import { policyDocument } from "../iam";

export interface PublicHostedZoneProps {
  /** Domain of the hosted zone. */
  readonly zoneName: string;
  /** Comment of the hosted zone, which the AWS console shows. */
  readonly comment: string;
  /** Mail address to which certificate authorities report rejected requests (CAA `iodef`). */
  readonly securityContact: string;
  /** Name servers of delegated subdomains, by label. @default no delegations */
  readonly delegations?: Readonly<Record<string, readonly string[]>>;
  /** Provider of us-east-1, the only region in which Route 53 logs queries. */
  readonly queryLogProvider: AwsProvider;
  /** Name of the CloudWatch Logs resource policy with which Route 53 writes the query log. */
  readonly queryLogPolicyName: string;
  /** Days for which DNS queries are kept. @default 90 */
  readonly queryLogRetentionDays?: number;
  /** Account of the hosted zone. */
  readonly accountId: string;
  /** Refuses plans that destroy the hosted zone. @default true */
  readonly preventDestroy?: boolean;
}

/** The public hosted zone of the domain, with CAA record, delegations and query log. */
export class PublicHostedZone extends Construct {
  /** The hosted zone. The registrar, or the parent's hosted zone, delegates to its name servers. */
  readonly hostedZone: Route53Zone;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: PublicHostedZoneProps,
  ) {
    super(scope, id);
    this.hostedZone = new Route53Zone(this, "zone", {
      name: props.zoneName,
      comment: props.comment,
      forceDestroy: false,
      // A new hosted zone has other name servers than those that the registrar delegates to.
      lifecycle: { preventDestroy: props.preventDestroy ?? true },
    });
    this.createCertificateAuthorities();
    this.createDelegations();
    this.createQueryLog();
  }

  /** Only Amazon may issue certificates. @see https://docs.aws.amazon.com/acm/latest/userguide/setup-caa.html */
  private createCertificateAuthorities(): void {
    const { zoneName, securityContact } = this.props;
    new Route53Record(this, "certificate-authorities", {
      zoneId: this.hostedZone.zoneId,
      name: zoneName,
      type: "CAA",
      ttl: 3600,
      records: [`0 issue "amazon.com"`, `0 issuewild "amazon.com"`, `0 iodef "mailto:${securityContact}"`],
    });
  }

  private createDelegations(): void {
    const { zoneName, delegations = {} } = this.props;
    for (const [label, nameServers] of Object.entries(delegations)) {
      new Route53Record(this, `delegation-${label}`, {
        zoneId: this.hostedZone.zoneId,
        name: `${label}.${zoneName}`,
        type: "NS",
        ttl: 3600,
        records: [...nameServers].sort(),
      });
    }
  }

  private createQueryLog(): void {
    const { zoneName, accountId, queryLogProvider: provider } = this.props;
    const group = new CloudwatchLogGroup(this, "query-log-group", {
      provider,
      name: `/aws/route53/${zoneName}`,
      retentionInDays: this.props.queryLogRetentionDays ?? 90,
    });
    const policy = new CloudwatchLogResourcePolicy(this, "query-log-policy", {
      provider,
      policyName: this.props.queryLogPolicyName,
      policyDocument: policyDocument([
        {
          principals: { Service: "route53.amazonaws.com" },
          actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
          resources: [`${group.arn}:*`],
          conditions: { StringEquals: { "aws:SourceAccount": accountId } },
        },
      ]),
    });
    new Route53QueryLog(this, "query-log", {
      zoneId: this.hostedZone.zoneId,
      cloudwatchLogGroupArn: group.arn,
      dependsOn: [policy],
    });
  }
}
