import { type ExpectedLeftover, expectedLeftovers } from "./expected-leftovers";
import type { Item } from "./inventory";

export interface Leftovers {
  /** Neither present before nor expected: the destroy was incomplete. */
  readonly unexpected: readonly Item[];
  readonly expected: readonly (Item & { readonly reason: string })[];
}

/**
 * Resources that remain after a destroy.
 *
 * @param before resources that the emulator contains initially, such as the default VPC
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
