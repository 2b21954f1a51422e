import { type Block, type Resource, Undecided } from "@dev-one/terraform-json/resources";

import type { AssumptionName, Assumptions } from "./assumptions";
import { amount, cost, type MicroDollars, unitPrice } from "./money";
import type { PriceList, PriceName } from "./prices";
import type { Price } from "./prices/price";

/** A line of the estimate: item, quantity and price. */
export interface LineItem {
  readonly part: string;
  readonly item: string;
  /** The service whose servers it is about; undefined for what services share. */
  readonly service: string | undefined;
  readonly quantity: number;
  readonly price: Price;
  readonly monthly: MicroDollars;
  /** The factors of the quantity, and the price, such as `8 servers x 730 h x $0.266 an hour`. */
  readonly formula: string;
  /** Whether it depends on an assumption other than the hours of a month. */
  readonly assumed: boolean;
}

/** A factor of a formula. */
export interface Factor {
  readonly value: number;
  readonly label: string;
  readonly assumed?: boolean;
}

/** A number of things as a factor, such as 1 zone or 2 zones. */
export function many(value: number, thing: string): Factor {
  return { value, label: value === 1 ? thing : `${thing}s` };
}

/** A resource, or a type of resources, that the estimate does not contain. */
export interface NotPriced {
  readonly address: string;
  readonly reason: string;
}

/** A part of the environment's cost, such as servers. */
export interface Part {
  readonly name: string;
  /** The types of resources that its lines price. */
  readonly types: readonly string[];
  readonly addLines: (context: Context) => void;
}

/** There is no price for what a resource is; the message names it, such as `db.r9.large in us-east-1`. */
export class NoPrice extends Error {}

/** The resources, assumptions and prices of an environment, and the lines that its parts add. */
export class Context {
  lines: LineItem[] = [];
  /** The part that adds lines. */
  private part = "";
  private readonly withoutPrice = new Map<string, NotPriced>();

  constructor(
    readonly resources: readonly Resource[],
    readonly assumptions: Assumptions,
    readonly list: PriceList,
  ) {}

  get notPriced(): readonly NotPriced[] {
    return [...this.withoutPrice.values()];
  }

  /** Adds the lines of a part. */
  add({ name, addLines }: Part): void {
    this.part = name;
    addLines(this);
  }

  of(type: string): Resource[] {
    return this.resources.filter((resource) => resource.type === type);
  }

  count(type: string): number {
    return this.of(type).length;
  }

  /** The results for the resources of a type. A resource without a price, or with an argument that is not known yet, is listed instead. */
  each<T>(type: string, read: (resource: Resource) => T): T[] {
    return this.of(type).flatMap((resource) => {
      const { lines } = this;
      this.lines = [...lines];
      try {
        return [read(resource)];
      } catch (error) {
        if (!(error instanceof NoPrice || error instanceof Undecided)) throw error;
        this.lines = lines;
        this.withoutPrice.set(resource.address, { address: resource.address, reason: error.message });
        return [];
      }
    });
  }

  /** Adds a line of what services share: the product of factors and price. */
  line(item: string, priced: PriceName | Price, ...factors: readonly Factor[]): void {
    this.lineOf(undefined, item, priced, ...factors);
  }

  /** Adds a line of a service. */
  lineOf(service: string | undefined, item: string, priced: PriceName | Price, ...factors: readonly Factor[]): void {
    const price = typeof priced === "string" ? this.list.prices[priced] : priced;
    const quantity = factors.reduce((product, { value }) => product * value, 1);
    this.lines.push({
      part: this.part,
      item,
      service,
      quantity,
      price,
      monthly: cost(quantity / (price.perAmount ?? 1), price.microDollars),
      formula: [...factors.map(({ value, label }) => `${amount(value)} ${label}`), priceText(price)].join(" x "),
      assumed: factors.some(({ assumed }) => assumed === true),
    });
  }

  /** The hours of a month, as a factor. */
  get hours(): Factor {
    return { value: this.assumptions.hours, label: "h" };
  }

  /** A factor that is an assumption. */
  assume(name: AssumptionName, label: string): Factor {
    return { value: this.assumptions[name], label, assumed: true };
  }

  /** Requests per month. */
  get requests(): number {
    return this.assumptions.requests * 3_600 * this.assumptions.hours;
  }

  /** GiB per month for a number of KiB per request. */
  gigabytes(kibibytesOfRequest: number): number {
    return (this.requests * kibibytesOfRequest) / 1_048_576;
  }

  /** The number of Availability Zones, by the subnets. */
  get zones(): number {
    const names = this.of("aws_subnet").map(
      (subnet) => subnet.template("availability_zone_id") ?? subnet.template("availability_zone"),
    );
    return new Set(names.filter((name) => name !== undefined)).size;
  }
}

export function priceText({ microDollars, per, perAmount }: Price): string {
  return `${unitPrice(microDollars)} per ${perAmount === undefined ? "" : `${amount(perAmount)} `}${per}`;
}

/** @throws NoPrice when the argument is missing or is no amount */
export function numberOf(block: Block, name: string): number {
  const value = block.number(name);
  if (value === undefined || !(value >= 0 && value <= 1e9)) throw new NoPrice(`${name} is missing or no amount`);
  return value;
}

/** @throws NoPrice when the argument is missing */
export function textOf(block: Block, name: string): string {
  const value = block.text(name);
  if (value === undefined || value === "") throw new NoPrice(`${name} is missing`);
  return value;
}
