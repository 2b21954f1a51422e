import { AcmCertificate } from "@cdktf/provider-aws/lib/acm-certificate";
import { AcmCertificateValidation } from "@cdktf/provider-aws/lib/acm-certificate-validation";
import { Route53Record } from "@cdktf/provider-aws/lib/route53-record";
import type { Route53Zone } from "@cdktf/provider-aws/lib/route53-zone";
import { Construct } from "constructs";

export interface CertificateProps {
  /** Domain of the certificate, which covers its wildcard, too. */
  readonly domainName: string;
  /** Public hosted zone of the domain, for the validation record. */
  readonly hostedZone: Route53Zone;
}

/** An ACM certificate for a domain and its wildcard, with DNS validation, renewed by ACM. */
export class Certificate extends Construct {
  /** ARN of the certificate, known once it is validated. */
  readonly validatedArn: string;

  constructor(scope: Construct, id: string, { domainName, hostedZone }: CertificateProps) {
    super(scope, id);
    const certificate = new AcmCertificate(this, "certificate", {
      domainName,
      subjectAlternativeNames: [`*.${domainName}`],
      validationMethod: "DNS",
      keyAlgorithm: "EC_prime256v1",
      // ACM refuses to delete a certificate that a listener uses.
      lifecycle: { createBeforeDestroy: true },
    });
    // Apex and wildcard have the same validation record, so the first one suffices.
    const option = certificate.domainValidationOptions.get(0);
    const record = new Route53Record(this, "proof", {
      zoneId: hostedZone.zoneId,
      name: option.resourceRecordName,
      type: option.resourceRecordType,
      records: [option.resourceRecordValue],
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
