import {
  type Expression,
  matches,
  metricNamed,
  type Operation,
  operations,
  type SeriesExpression,
} from "@dev-one/alert-trials/datadog";

import { aggregate, orZero, overDay } from "./day";
import type { Samples, Stored } from "./samples";

/** A line of a graph. */
export interface Series {
  /** Values of the tags of the grouping; empty without a grouping. */
  readonly group: Readonly<Record<string, string>>;
  /** A value for each sample; NaN for no data. */
  readonly values: readonly number[];
}

interface Context {
  readonly samples: Samples;
  /** The series that the names in a formula refer to. */
  readonly references?: Readonly<Record<string, readonly Series[]>>;
  /** Length of the interval of one count, in seconds. */
  readonly interval: number;
}

/** A query that the samples cannot answer; the message is one sentence without a full stop. */
export class NoSampleError extends Error {
  override readonly name = "NoSampleError";
}

/** Interval of CloudWatch counts in seconds, used for a count that is queried without `as_count()` and `as_rate()`. */
const MINUTE = 60;

/**
 * Answers a query from the samples, as Datadog would from its metrics.
 * @throws NoSampleError for a metric without a sample, or a query that the sample cannot answer
 */
export function evaluate(expression: Expression, context: Context): readonly Series[] {
  switch (expression.kind) {
    case "number":
      return [{ group: {}, values: overDay(() => expression.value) }];
    case "reference": {
      const found = context.references?.[expression.name];
      if (found === undefined) throw new NoSampleError(`no query is named ${expression.name}, which a formula uses`);
      return found;
    }
    case "series":
      return query(expression, context);
    case "call":
      return call(expression.name, evaluate(expression.of, context));
    case "binary": {
      const [left, right] = [evaluate(expression.left, context), evaluate(expression.right, context)];
      return combine(left, right, operations[expression.operator]);
    }
  }
}

function query({ aggregator, metric, filters, by, as }: SeriesExpression, { samples, interval }: Context): Series[] {
  const sample = samples[metric];
  const kind = metricNamed(metric)?.type;
  if (sample === undefined || kind === undefined) throw new NoSampleError(`no sample model of ${metric}`);
  const factor = kind !== "count" || as === "rate" ? 1 : as === "count" ? interval : MINUTE;
  // Template variables have their default value, which matches everything.
  const found = sample(aggregator).filter(({ tags }) =>
    filters.every((filter) => filter.kind === "variable" || matches(filter, tags)),
  );
  if (found.length === 0) throw new NoSampleError(`the sample of ${metric} has nothing with the tags of the query`);
  const keyOf = ({ tags }: Stored) => by.map((tag) => tags[tag] ?? "").join();
  return [...new Set(found.map(keyOf))].map((key) => {
    const members = found.filter((each) => keyOf(each) === key);
    const at = (index: number) => members.map(({ values }) => values[index] ?? NaN);
    return {
      group: Object.fromEntries(by.map((tag) => [tag, members[0]?.tags[tag] ?? "N/A"])),
      values: overDay((index) => factor * aggregate(aggregator, at(index))),
    };
  });
}

function call(name: string, of: readonly Series[]): readonly Series[] {
  if (name === "default_zero") return of.map(({ group, values }) => ({ group, values: values.map(orZero) }));
  if (name !== "count_not_null") throw new NoSampleError(`no sample model of ${name}()`);
  const count = (index: number) => of.filter(({ values }) => !Number.isNaN(values[index])).length;
  return [{ group: {}, values: overDay(count) }];
}

/** Combines the series of equal groups. A series without a grouping is combined with every group. */
function combine(left: readonly Series[], right: readonly Series[], operation: Operation): Series[] {
  const isSingle = isUngrouped(left) || isUngrouped(right);
  const pairs = left.flatMap((one) =>
    right.filter(({ group }) => isSingle || isSame(group, one.group)).map((other) => [one, other] as const),
  );
  return pairs.map(([one, other]) => ({
    group: isUngrouped([one]) ? other.group : one.group,
    values: overDay((index) => operation(one.values[index] ?? NaN, other.values[index] ?? NaN)),
  }));
}

function isUngrouped(all: readonly Series[]): boolean {
  return all.length === 1 && Object.keys(all[0]?.group ?? {}).length === 0;
}

function isSame(one: Series["group"], other: Series["group"]): boolean {
  return Object.entries(one).every(([tag, value]) => other[tag] === value);
}
