import { type ExpectedLeftover, expectedLeftovers } from "./expected-leftovers";
import type { Item } from "./inventory";

export interface Leftovers {
  /** Neither there before nor expected: the destroy was not complete. */
  readonly unexpected: readonly Item[];
  readonly expected: readonly (Item & { readonly reason: string })[];
}

/**
 * What is left after a destroy.
 *
 * @param before what the emulator holds by itself, such as the default VPC
 */
export function leftovers(
  before: readonly Item[],
  after: readonly Item[],
  allowed: readonly ExpectedLeftover[] = expectedLeftovers,
): Leftovers {
  const known = new Set(before.map(key));
  const left = after.filter((item) => !known.has(key(item)));
  const reasonFor = ({ kind, id }: Item): string | undefined =>
    allowed.find((each) => each.kind === kind && each.id.test(id))?.reason;
  return {
    unexpected: left.filter((item) => reasonFor(item) === undefined),
    expected: left.flatMap((item) => {
      const reason = reasonFor(item);
      return reason === undefined ? [] : [{ ...item, reason }];
    }),
  };
}

const key = ({ kind, id }: Item): string => `${kind} ${id}`;
