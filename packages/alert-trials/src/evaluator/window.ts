import { isNothing, max, min } from "../arithmetic";
import { unsupported } from "./unsupported";

/**
 * Aggregates the values of an evaluation window, which ends with a minute, into the one that is compared; NaN when there are none.
 * Minutes without a value do not count.
 * @param minutes length of the window; minutes before the first have no value
 * @see https://docs.datadoghq.com/monitors/configuration/?tab=thresholdalert#aggregation-method
 */
export function overWindow(over: string, values: Float64Array, end: number, minutes: number): number {
  const start = max(0, end - minutes + 1);
  let count = 0;
  let result = NaN;
  for (let minute = start; minute <= end; minute += 1) {
    const value = values[minute] ?? NaN;
    if (isNothing(value)) continue;
    count += 1;
    if (count === 1) result = value;
    else if (over === "min") result = min(result, value);
    else if (over === "max") result = max(result, value);
    else result += value;
  }
  switch (over) {
    case "avg":
      return result / count;
    case "min":
    case "max":
    case "sum":
      return result;
    default:
      throw unsupported(`${over}(...)`, "this aggregation over time has no model");
  }
}
