import type { LoadResult } from "../load/generator";
import { totalOf } from "../load/seconds";

/** Seconds of sending, from the first one to before the last one. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Failed requests that were sent within a span. @param belongs which of them, by address and reason @default all */
export function failuresIn(
  results: readonly LoadResult[],
  { from, to }: Span,
  belongs?: (key: string) => boolean,
): number {
  const seconds = results.flatMap((result) => result.seconds.slice(Math.max(0, from), to));
  return seconds.reduce((sum, { failed }) => sum + totalOf(failed, belongs), 0);
}

/** The last second within a span in which a request was sent that failed. */
export function lastFailureIn(results: readonly LoadResult[], { from, to }: Span): number | undefined {
  const last = Math.max(
    -1,
    ...results.map(({ seconds }) => seconds.slice(0, to).findLastIndex(({ failed }) => totalOf(failed) > 0)),
  );
  return last >= from ? last : undefined;
}

/** Failed requests by address and reason, for a message. */
export function reasonsIn(results: readonly LoadResult[], { from, to }: Span): string {
  const found = results.flatMap(({ seconds }) => seconds.slice(from, to).flatMap(({ failed }) => Object.keys(failed)));
  return [...new Set(found)].slice(0, 3).join(", ");
}
