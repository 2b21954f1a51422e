import type { AssumptionName, Assumptions } from "../assumptions";
import { amount, cost, type MicroDollars, unitPrice } from "../money";
import type { Price, PriceList } from "../prices";
import type { Resource } from "../resources/resource";

/** A line of the estimate: item, quantity and price. */
export interface LineItem {
  readonly part: string;
  readonly item: string;
  readonly quantity: number;
  /** The unit of the quantity. */
  readonly unit: string;
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
  /** The label for a value of 1. @default the label */
  readonly one?: string;
  readonly assumed?: boolean;
}

/** The resources, assumptions and prices from which a part is computed. */
export class Context {
  constructor(
    readonly resources: readonly Resource[],
    readonly assumptions: Assumptions,
    readonly list: PriceList,
  ) {}

  of(type: string): Resource[] {
    return this.resources.filter((resource) => resource.type === type);
  }

  has(type: string): boolean {
    return this.resources.some((resource) => resource.type === type);
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
}

/** A part of the environment's cost, such as servers. */
export interface Part {
  readonly name: string;
  /** The types of resources that its lines price. */
  readonly types: readonly string[];
  readonly lines: (context: Context) => LineItem[];
}

/** Multiplies factors and price, and records the formula. */
export function line(part: string, item: string, price: Price, ...factors: readonly Factor[]): LineItem {
  const quantity = factors.reduce((product, { value }) => product * value, 1);
  const per = price.perAmount ?? 1;
  return {
    part,
    item,
    quantity,
    unit: price.per,
    price,
    monthly: cost(quantity / per, price.microDollars),
    formula: [
      ...factors.map(({ value, label, one }) => `${amount(value)} ${value === 1 ? (one ?? label) : label}`),
      priceText(price),
    ].join(" x "),
    assumed: factors.some(({ assumed }) => assumed === true),
  };
}

export function priceText({ microDollars, per, perAmount }: Price): string {
  return `${unitPrice(microDollars)} per ${perAmount === undefined ? "" : `${amount(perAmount)} `}${per}`;
}

/** The Availability Zones of the environment, by its subnets. */
export function zonesOf(context: Context): number {
  const zones = context
    .of("aws_subnet")
    .map(({ values }) => values.availability_zone_id ?? values.availability_zone)
    .filter((zone) => typeof zone === "string");
  return new Set(zones).size;
}
