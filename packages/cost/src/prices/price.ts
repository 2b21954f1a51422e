import type { MicroDollars } from "../money";

export interface Source {
  /** The publication of the figure, such as an offer of the AWS Price List. */
  readonly name: string;
  /** The page with the current figure. */
  readonly page: string;
  /** The public copy from which the figure was read. */
  readonly copy: string;
  /** The date of the copy: when its figures were published or fetched. */
  readonly asOf: string;
  /**
   * `high` for this year's figures of the provider's own machine-readable list, `medium` for older ones or a transcript of the
   * provider's page, `low` for a figure that only third parties have published, or that is derived from another price.
   */
  readonly confidence: "high" | "medium" | "low";
}

export interface Price {
  readonly microDollars: MicroDollars;
  /** The unit of the price, such as `hour`; `perAmount` is the number of units that it covers, such as 1,000 requests. */
  readonly per: string;
  /** @default 1 */
  readonly perAmount?: number;
  readonly source: Source;
  /** How the figure is derived, where the source does not state it. */
  readonly derivation?: string;
}

export interface DatabaseClass {
  readonly vcpus: number;
  /** Price per hour of one instance. */
  readonly singleAz: Price;
  /** Price per hour of the instance and its standby in another zone. */
  readonly multiAz: Price;
}

/** A range of a monthly quantity with its own price; the last one has no upper limit. */
export interface VolumeRange {
  readonly upTo: number;
  readonly name: string;
  readonly price: Price;
}
