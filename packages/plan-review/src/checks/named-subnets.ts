import { isJsonObject } from "@dev-one/cli/json";

import { type Finding, forbid } from "../finding";
import { type Change, isDestroyed, sidesAfter, strings, text } from "../model/change";
import { nameOf, type StackPlan } from "../model/stack-plan";
import { say } from "../text";

export const RESERVATION = "aws_ec2_subnet_cidr_reservation";

/** Resource types that use addresses of a subnet, and the attributes that name the subnet. */
const OCCUPANTS: Readonly<Record<string, readonly string[]>> = {
  aws_autoscaling_group: ["vpc_zone_identifier"],
  aws_instance: ["subnet_id"],
  aws_lb: ["subnets"],
  aws_nat_gateway: ["subnet_id"],
  aws_network_interface: ["subnet_id"],
  aws_vpc_endpoint: ["subnet_ids"],
};

/** Subnets with a CIDR reservation, and those with the tag `tier: servers`. */
export function namedSubnets({ changes, lookup }: StackPlan): Change[] {
  const reserved = changes
    .filter(({ type }) => type === RESERVATION)
    .map(
      (change) => lookup.resource(change, change.before?.subnet_id ?? change.after?.subnet_id, "subnet_id")?.address,
    );
  return changes.filter((change) => {
    if (change.type !== "aws_subnet") return false;
    const tags = change.before?.tags ?? change.after?.tags;
    return reserved.includes(change.address) || (isJsonObject(tags) && tags.tier === "servers");
  });
}

/**
 * Resources that are added to a subnet of named servers, or removed from it. The subnet has as many free addresses as servers, so that
 * any other resource takes the address of one. A group under a new Terraform address that replaces the former one changes nothing.
 */
export function checkOccupants(stack: StackPlan): Finding[] {
  const occupants = stack.changes.filter(({ type }) => Object.hasOwn(OCCUPANTS, type));
  // A new or destroyed subnet has a finding of its own.
  const staying = namedSubnets(stack).filter((subnet) => subnet.before !== undefined && !isDestroyed(subnet));
  return staying.flatMap((subnet) => {
    const id = text(subnet.before?.id);
    if (id === undefined) return [];
    const isIn = ({ type }: Change, sides: readonly Change["after"][]): boolean =>
      sides.some((side) => (OCCUPANTS[type] ?? []).some((attribute) => strings(side?.[attribute]).includes(id)));
    const moving = (isArriving: boolean): Change[] =>
      occupants.filter(
        (each) => isIn(each, sidesAfter(each)) === isArriving && isIn(each, [each.before]) === !isArriving,
      );
    const [arriving, leaving] = [moving(true), moving(false)];
    const isReplacement = arriving.length === leaving.length && arriving.every(({ type }) => type === leaving[0]?.type);
    if (isReplacement) return [];
    return [...arriving, ...leaving].map((change) => {
      const what = arriving.includes(change) ? "takes addresses in" : "releases addresses in";
      const title = say`The address table changes: ${nameOf(change)} ${[what]} the subnet ${nameOf(subnet)} of named servers`;
      return forbid("address-table-changed", "network", change, title);
    });
  });
}
