import type { Price } from "../prices";
import { blocksOf, flagOf, numberOf, own, printable, type Resource, textOf, unpriced } from "../resources/resource";
import { type Context, type Factor, line, type LineItem, type Part } from "./part";

const NAME = "servers";
const GP3_IOPS = 3_000;
const GP3_THROUGHPUT = 125;

export const servers: Part = {
  name: NAME,
  types: ["aws_autoscaling_group", "aws_launch_template"],
  lines(context) {
    const template = launchTemplateOf(context);
    if (template === undefined) return [];
    const price = instancePrice(context, template);
    const disk = diskOf(template);
    return runningServers(context).flatMap((count): LineItem[] => [
      line(NAME, `${titleOf(count)}, ${textOf(template, "instance_type")}`, price, count, context.hours),
      line(NAME, `Volumes of ${count.label}`, context.list.prices.volumeGp3, count, disk),
    ]);
  },
};

/**
 * The number of servers: that of an Auto Scaling group of fixed size, or the assumed average of one that scales.
 *
 * @throws UserError when a group's size is not a number
 */
export function runningServers(context: Context): Factor[] {
  const groups = context.of("aws_autoscaling_group").map((group) => {
    if (blocksOf(group.values, "mixed_instances_policy").length > 0) {
      throw unpriced(group, "a group of several instance types", "add it to packages/cost/src/parts/servers.ts");
    }
    return { smallest: numberOf(group, "min_size"), largest: numberOf(group, "max_size") };
  });
  const fixed = groups.filter(({ smallest, largest }) => smallest === largest);
  const elastic = groups.filter(({ smallest, largest }) => smallest !== largest);
  const smallest = total(elastic.map((group) => group.smallest));
  const largest = total(elastic.map((group) => group.largest));
  const average = Math.min(Math.max(smallest, context.assumptions.elasticServers), largest);
  return [
    ...(fixed.length === 0
      ? []
      : [{ value: total(fixed.map((group) => group.largest)), label: "named servers", one: "named server" }]),
    ...(elastic.length === 0
      ? []
      : [{ value: average, label: "elastic servers", one: "elastic server", assumed: true }]),
  ];
}

/** The only launch template; undefined without servers. @throws UserError when there are several */
export function launchTemplateOf(context: Context): Resource | undefined {
  const [template, another] = context.of("aws_launch_template");
  const [group] = context.of("aws_autoscaling_group");
  if (another !== undefined) {
    throw unpriced(
      another,
      "a second launch template",
      "add to packages/cost/src/parts/servers.ts which group uses which",
    );
  }
  if (group !== undefined && template === undefined) {
    throw unpriced(group, "a group without a launch template", "add the template to the stack");
  }
  return group === undefined ? undefined : template;
}

/** Whether servers have detailed monitoring, whose metrics of every minute are billed. */
export function hasDetailedMonitoring(template: Resource): boolean {
  return blocksOf(template.values, "monitoring").some((block) => flagOf(block, "enabled"));
}

function instancePrice({ list }: Context, template: Resource): Price {
  const type = textOf(template, "instance_type");
  const price = Object.hasOwn(list.instanceTypes, type) ? list.instanceTypes[type] : undefined;
  if (price !== undefined) return price;
  throw unpriced(
    template,
    `the instance type ${printable(type)} in ${list.region}`,
    `add it to packages/cost/src/prices/${list.region}.ts with its source`,
  );
}

function diskOf(template: Resource): Factor {
  const disks = blocksOf(template.values, "block_device_mappings").flatMap((mapping) => blocksOf(mapping, "ebs"));
  for (const disk of disks) {
    const iops = own(disk, "iops") ?? GP3_IOPS;
    const throughput = own(disk, "throughput") ?? GP3_THROUGHPUT;
    // A plan contains zero for an attribute that is not set.
    const isPlain = [0, GP3_IOPS].includes(Number(iops)) && [0, GP3_THROUGHPUT].includes(Number(throughput));
    if (own(disk, "volume_type") !== "gp3" || !isPlain) {
      throw unpriced(
        template,
        "a volume that is not gp3 as it comes",
        "add its price to packages/cost/src/parts/servers.ts",
      );
    }
  }
  if (disks.length === 0) throw unpriced(template, "a volume of the image's own size", "say the size in the template");
  return { value: total(disks.map((disk) => numberOf(template, "volume_size", disk))), label: "GB" };
}

function titleOf({ label }: Factor): string {
  return label.charAt(0).toUpperCase() + label.slice(1);
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0);
}
