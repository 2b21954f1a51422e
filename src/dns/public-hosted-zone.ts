import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { CloudwatchLogResourcePolicy } from "@cdktf/provider-aws/lib/cloudwatch-log-resource-policy";
import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { Route53QueryLog } from "@cdktf/provider-aws/lib/route53-query-log";
import { Route53Record } from "@cdktf/provider-aws/lib/route53-record";
import { Route53Zone } from "@cdktf/provider-aws/lib/route53-zone";
import { Construct } from "constructs";

import { type Environment, prefix } from "../config";
import { policyDocument } from "../iam";

export interface PublicZoneProps {
  readonly environment: Environment;
  /** Provider of us-east-1, the only region in which Route 53 logs queries. */
  readonly queryLogProvider: AwsProvider;
}

/** The domain as the world sees it: certificate authorities, delegations, and a log of what is asked. */
export class PublicZone extends Construct {
  /** The hosted zone; its name servers are what the registrar delegates to. */
  readonly zone: Route53Zone;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: PublicZoneProps,
  ) {
    super(scope, id);
    const { environment } = props;
    this.zone = new Route53Zone(this, "zone", {
      name: environment.domain,
      comment: `Public names of ${environment.name}`,
      forceDestroy: false,
      // A new zone gets other name servers, which the registrar does not know.
      lifecycle: { preventDestroy: environment.protectFromDestruction },
    });
    this.createCertificateAuthorities();
    this.createDelegations();
    this.createQueryLog();
  }

  /** Only Amazon may issue certificates; others report attempts. @see https://docs.aws.amazon.com/acm/latest/userguide/setup-caa.html */
  private createCertificateAuthorities(): void {
    const { domain, securityContact } = this.props.environment;
    new Route53Record(this, "certificate-authorities", {
      zoneId: this.zone.zoneId,
      name: domain,
      type: "CAA",
      ttl: 3600,
      records: [`0 issue "amazon.com"`, `0 issuewild "amazon.com"`, `0 iodef "mailto:${securityContact}"`],
    });
  }

  private createDelegations(): void {
    const { domain, delegations } = this.props.environment;
    for (const [label, nameServers] of Object.entries(delegations)) {
      new Route53Record(this, `delegation-${label}`, {
        zoneId: this.zone.zoneId,
        name: `${label}.${domain}`,
        type: "NS",
        ttl: 3600,
        records: [...nameServers].sort(),
      });
    }
  }

  private createQueryLog(): void {
    const { environment, queryLogProvider: provider } = this.props;
    const group = new CloudwatchLogGroup(this, "query-log-group", {
      provider,
      name: `/aws/route53/${environment.domain}`,
      retentionInDays: environment.logRetentionDays,
    });
    const policy = new CloudwatchLogResourcePolicy(this, "query-log-policy", {
      provider,
      policyName: `${prefix(environment)}-route53-query-log`,
      policyDocument: policyDocument([
        {
          principals: { Service: "route53.amazonaws.com" },
          actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
          resources: [`${group.arn}:*`],
          conditions: { StringEquals: { "aws:SourceAccount": environment.accountId } },
        },
      ]),
    });
    new Route53QueryLog(this, "query-log", {
      zoneId: this.zone.zoneId,
      cloudwatchLogGroupArn: group.arn,
      dependsOn: [policy],
    });
  }
}
