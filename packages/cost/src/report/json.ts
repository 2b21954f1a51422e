import type { JsonObject } from "@dev-one/cli/json";

import type { Comparison, LineDifference } from "../compare";
import { alwaysLeftOut } from "../coverage";
import type { Estimate } from "../estimate";
import type { LineItem } from "../parts";
import type { PriceList } from "../prices";

/** Amounts are in millionths of a dollar, whole. */
export function estimateJson(estimate: Estimate): JsonObject {
  const { environment, region, list, assumptions, monthly, fixed, coverage } = estimate;
  return {
    environment,
    region,
    priceList: listJson(list),
    monthlyMicroDollars: monthly,
    withoutTrafficMicroDollars: fixed,
    parts: estimate.parts.map((part) => ({
      part: part.part,
      monthlyMicroDollars: part.monthly,
      lines: part.lines.map(lineJson),
    })),
    assumptions: { ...assumptions },
    free: coverage.free.map((each) => ({ ...each })),
    leftOut: [...alwaysLeftOut, ...coverage.leftOut.map(({ type, reason }) => `${type}: ${reason}`)],
  };
}

export function comparisonJson({ environment, before, after, difference, lines }: Comparison): JsonObject {
  return {
    environment,
    beforeMicroDollars: before,
    afterMicroDollars: after,
    differenceMicroDollars: difference,
    lines: lines.map(differenceJson),
  };
}

export function listJson({ region, date }: PriceList): JsonObject {
  return { region, date };
}

function differenceJson({ part, item, before, after, difference }: LineDifference): JsonObject {
  return {
    part,
    item,
    beforeMicroDollars: before?.monthly ?? null,
    afterMicroDollars: after?.monthly ?? null,
    differenceMicroDollars: difference,
    formula: (after ?? before)?.formula ?? "",
  };
}

function lineJson({ item, quantity, unit, price, monthly, formula, assumed }: LineItem): JsonObject {
  return {
    item,
    quantity,
    unit,
    priceMicroDollars: price.microDollars,
    pricePer: price.perAmount ?? 1,
    priceAsOf: price.source.asOf,
    monthlyMicroDollars: monthly,
    formula,
    assumed,
  };
}
