import type { JsonObject } from "@dev-one/cli/json";

import type { Comparison } from "./compare";
import { alwaysLeftOut } from "./coverage";
import type { Estimate } from "./estimate";

/** Amounts are in millionths of a dollar, whole. */
export function estimateJson({ environment, region, list, assumptions, coverage, ...estimate }: Estimate): JsonObject {
  return {
    environment,
    region,
    priceList: list === undefined ? null : { region: list.region, date: list.date },
    monthlyMicroDollars: estimate.monthly,
    withoutTrafficMicroDollars: estimate.fixed,
    parts: estimate.parts.map(({ part, monthly, lines }) => ({
      part,
      monthlyMicroDollars: monthly,
      lines: lines.map(({ item, service, quantity, price, monthly: ofLine, formula, assumed }) => ({
        item,
        service: service ?? null,
        quantity,
        unit: price.per,
        priceMicroDollars: price.microDollars,
        pricePer: price.perAmount ?? 1,
        priceAsOf: price.source.asOf,
        monthlyMicroDollars: ofLine,
        formula,
        assumed,
      })),
    })),
    services: estimate.services.map(({ service, monthly }) => ({
      service: service ?? null,
      monthlyMicroDollars: monthly,
    })),
    assumptions: { ...assumptions },
    free: coverage.free.map((each) => ({ ...each })),
    leftOut: [...alwaysLeftOut, ...coverage.leftOut.map(({ type, reason }) => `${type}: ${reason}`)],
    notPriced: estimate.notPriced.map((each) => ({ ...each })),
  };
}

export function comparisonJson({ environment, before, after, difference, lines, notPriced }: Comparison): JsonObject {
  return {
    environment,
    beforeMicroDollars: before ?? null,
    afterMicroDollars: after ?? null,
    differenceMicroDollars: difference ?? null,
    lines: lines.map((line) => ({
      part: line.part,
      item: line.item,
      beforeMicroDollars: line.before?.monthly ?? null,
      afterMicroDollars: line.after?.monthly ?? null,
      differenceMicroDollars: line.difference,
      formula: (line.after ?? line.before)?.formula ?? "",
    })),
    notPriced: notPriced.map((each) => ({ ...each })),
  };
}
