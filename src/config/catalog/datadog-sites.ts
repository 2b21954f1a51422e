/** A Datadog site: a separate installation in one location, with separate accounts. */
export interface DatadogSite {
  /** Cloud provider and region. */
  readonly place: string;
  /** AWS regions near the site, the nearest first. */
  readonly near: readonly string[];
  /** AWS region from which agents can reach it by PrivateLink. @default none */
  readonly privateLinkRegion?: string;
  /** AWS account from which Datadog reads CloudWatch. @default not documented; the environment must name it */
  readonly awsAccountId?: string;
}

/**
 * The sites that an environment may report to; Datadog adds new ones.
 * @see https://docs.datadoghq.com/agent/guide/private-link/ and https://docs.datadoghq.com/integrations/guide/aws-manual-setup/
 */
export const datadogSites: Readonly<Record<string, DatadogSite>> = {
  "datadoghq.com": {
    place: "AWS us-east-1",
    near: ["us-east-1", "us-east-2", "ca-central-1"],
    privateLinkRegion: "us-east-1",
    awsAccountId: "464622532012",
  },
  "us3.datadoghq.com": {
    place: "Azure westus2",
    near: ["us-west-2", "us-west-1", "ca-west-1"],
    awsAccountId: "464622532012",
  },
  "us5.datadoghq.com": { place: "Google us-central1", near: ["us-east-2"], awsAccountId: "464622532012" },
  "datadoghq.eu": {
    place: "Google europe-west3",
    near: ["eu-central-1", "eu-central-2", "eu-west-1", "eu-west-3", "eu-south-1", "eu-south-2", "eu-north-1"],
    awsAccountId: "464622532012",
  },
  "uk1.datadoghq.com": {
    place: "AWS eu-west-2",
    near: ["eu-west-2", "eu-west-1", "eu-west-3"],
    privateLinkRegion: "eu-west-2",
  },
  "ap1.datadoghq.com": {
    place: "AWS ap-northeast-1",
    near: ["ap-northeast-1", "ap-northeast-3", "ap-northeast-2"],
    privateLinkRegion: "ap-northeast-1",
    awsAccountId: "417141415827",
  },
  "ap2.datadoghq.com": {
    place: "AWS ap-southeast-2",
    near: ["ap-southeast-2", "ap-southeast-4"],
    privateLinkRegion: "ap-southeast-2",
    awsAccountId: "412381753143",
  },
};

/** The names of the sites. */
export const datadogSiteNames: readonly string[] = Object.keys(datadogSites);

/** What the catalog says of a site. @throws RangeError for a site that is not in it */
export function datadogSite(name: string): DatadogSite {
  const found = datadogSites[name];
  if (found === undefined) throw new RangeError(`Unknown Datadog site ${name}`);
  return found;
}

/** The site that lies nearest to a region; undefined where none is near. */
export function siteNear(region: string): string | undefined {
  const ranks = Object.entries(datadogSites)
    .map(([name, { near }]) => ({ name, rank: near.indexOf(region) }))
    .filter(({ rank }) => rank >= 0)
    .sort((one, other) => one.rank - other.rank);
  return ranks[0]?.name;
}
