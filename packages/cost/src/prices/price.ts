import type { MicroDollars } from "../money";

/**
 * How sure a price is: `high` for this year's figures of the provider's own machine-readable list, `medium` for older ones or
 * a transcript of the provider's page, `low` for a figure that only others have published, or that follows from another price.
 */
export type Confidence = "high" | "medium" | "low";

export interface Source {
  /** What published the figure, such as an offer of the AWS Price List. */
  readonly name: string;
  /** Where to look it up today. */
  readonly page: string;
  /** The public copy that the figure was read from. */
  readonly copy: string;
  /** The day that the copy speaks for: when its figures were published or fetched. */
  readonly asOf: string;
  readonly confidence: Confidence;
}

export interface Price {
  readonly microDollars: MicroDollars;
  /** What the price is for, such as `hour`; with `perAmount`, so many of them, such as 1,000 requests. */
  readonly per: string;
  /** @default 1 */
  readonly perAmount?: number;
  readonly source: Source;
  /** Where the figure is not the source's own: how it follows from it. */
  readonly derivation?: string;
}

export interface DatabaseClass {
  readonly vcpus: number;
  /** An hour of one instance. */
  readonly singleAz: Price;
  /** An hour of the instance and its standby in another zone. */
  readonly multiAz: Price;
}

/** A part of a monthly quantity that has its own price; the last one has no end. */
export interface Tier {
  readonly upTo: number;
  readonly name: string;
  readonly price: Price;
}

export interface PriceList {
  readonly region: string;
  /** The day on which the list was put together. */
  readonly date: string;
  readonly instanceTypes: Readonly<Record<string, Price>>;
  readonly databaseClasses: Readonly<Record<string, DatabaseClass>>;
  /** What leaves for the internet, by GB in a month. */
  readonly internetOut: readonly Tier[];
  readonly prices: Readonly<Record<PriceName, Price>>;
}

export type PriceName =
  | "volumeGp3"
  | "databaseStorageSingleAz"
  | "databaseStorageMultiAz"
  | "databaseBackup"
  | "proxyVcpu"
  | "natHour"
  | "natGigabyte"
  | "publicIpv4Hour"
  | "endpointHour"
  | "endpointGigabyte"
  | "crossZoneGigabyte"
  | "loadBalancerHour"
  | "lcuHour"
  | "hostedZone"
  | "dnsQueries"
  | "bucketGigabyte"
  | "bucketWrites"
  | "logIngested"
  | "logStored"
  | "kmsKey"
  | "kmsRequests"
  | "secret"
  | "secretRequests"
  | "metric"
  | "alarmMetric"
  | "alarmMetricHighResolution"
  | "datadogHost"
  | "datadogLogGigabyte"
  | "datadogLogEvents";
