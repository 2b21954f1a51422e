import { AcmCertificate } from "@cdktf/provider-aws/lib/acm-certificate";
import { AcmCertificateValidation } from "@cdktf/provider-aws/lib/acm-certificate-validation";
import { Route53Record } from "@cdktf/provider-aws/lib/route53-record";
import type { Route53Zone } from "@cdktf/provider-aws/lib/route53-zone";
import { Construct } from "constructs";

import type { Environment } from "../config";

export interface CertificateProps {
  readonly environment: Environment;
  /** The public zone, in which ACM looks for the proof. */
  readonly zone: Route53Zone;
}

/** A certificate for the domain and its wildcard, proven through DNS and renewed by ACM. */
export class Certificate extends Construct {
  /** ARN of the certificate, known once it is validated. */
  readonly validatedArn: string;

  constructor(scope: Construct, id: string, { environment, zone }: CertificateProps) {
    super(scope, id);
    const certificate = new AcmCertificate(this, "certificate", {
      domainName: environment.domain,
      subjectAlternativeNames: [`*.${environment.domain}`],
      validationMethod: "DNS",
      keyAlgorithm: "EC_prime256v1",
      // A listener in use keeps the old one from being deleted.
      lifecycle: { createBeforeDestroy: true },
    });
    // Apex and wildcard share one proof, so that the first of the set stands for both.
    const proof = certificate.domainValidationOptions.get(0);
    const record = new Route53Record(this, "proof", {
      zoneId: zone.zoneId,
      name: proof.resourceRecordName,
      type: proof.resourceRecordType,
      records: [proof.resourceRecordValue],
      ttl: 300,
      allowOverwrite: true,
    });
    const validation = new AcmCertificateValidation(this, "validation", {
      certificateArn: certificate.arn,
      validationRecordFqdns: [record.fqdn],
    });
    this.validatedArn = validation.certificateArn;
  }
}
