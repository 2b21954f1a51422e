import { isJsonObject } from "@dev-one/cli/json";

import type { Finding } from "../finding";
import { type Change, isDestroyed, sidesAfter, strings, text } from "../model/change";
import { nameOf, type StackPlan } from "../model/stack-plan";
import { say } from "../text";

export const RESERVATION = "aws_ec2_subnet_cidr_reservation";

/** What takes addresses in a subnet, and the attributes that say in which. */
const OCCUPANTS: Readonly<Record<string, readonly string[]>> = {
  aws_autoscaling_group: ["vpc_zone_identifier"],
  aws_instance: ["subnet_id"],
  aws_lb: ["subnets"],
  aws_nat_gateway: ["subnet_id"],
  aws_network_interface: ["subnet_id"],
  aws_vpc_endpoint: ["subnet_ids"],
};

/** Subnets with a reservation in them, and those that our own stacks mark. */
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
 * Who comes into a subnet of named servers, or leaves it: there are as many addresses as servers, so that whatever else is in it
 * takes one's place. A group under another address in the program takes over from the former one, and changes nothing.
 */
export function judgeOccupants(stack: StackPlan): Finding[] {
  const occupants = stack.changes.filter(({ type }) => Object.hasOwn(OCCUPANTS, type));
  // What happens to a new subnet, or to one that goes, is told of the subnet.
  const staying = namedSubnets(stack).filter((subnet) => subnet.before !== undefined && !isDestroyed(subnet));
  return staying.flatMap((subnet) => {
    const id = text(subnet.before?.id);
    if (id === undefined) return [];
    const isIn = (side: Change["after"], { type }: Change): boolean =>
      (OCCUPANTS[type] ?? []).some((attribute) => strings(side?.[attribute]).includes(id));
    const arriving = occupants.filter(
      (each) => !isIn(each.before, each) && sidesAfter(each).some((side) => isIn(side, each)),
    );
    const leaving = occupants.filter(
      (each) => isIn(each.before, each) && !sidesAfter(each).some((side) => isIn(side, each)),
    );
    const isSuccession = arriving.length === leaving.length && arriving.every(({ type }) => type === leaving[0]?.type);
    if (isSuccession) return [];
    const finding = (change: Change, what: string): Finding => ({
      kind: "address-table-changed",
      severity: "forbidden",
      danger: "network",
      address: change.address,
      title: say`The address table changes: ${nameOf(change)} ${[what]} the subnet ${nameOf(subnet)} of named servers`,
    });
    return [
      ...arriving.map((each) => finding(each, "takes addresses in")),
      ...leaving.map((each) => finding(each, "leaves")),
    ];
  });
}
