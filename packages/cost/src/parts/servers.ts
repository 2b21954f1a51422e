import { printable } from "@dev-one/cli/printable";
import type { Block, Resource } from "@dev-one/terraform-json/resources";

import { type Context, type Factor, NoPrice, numberOf, type Part, textOf } from "../context";
import type { Price } from "../prices";

const GP3_IOPS = 3_000;
const GP3_THROUGHPUT = 125;

export const servers: Part = {
  name: "servers",
  types: ["aws_autoscaling_group", "aws_launch_template"],
  addLines(context) {
    for (const { count, type, price, gigabytes } of runningServers(context)) {
      context.line(
        `${count.label.charAt(0).toUpperCase()}${count.label.slice(1)}, ${type}`,
        price,
        count,
        context.hours,
      );
      context.line(`Volumes of ${count.label}`, "volumeGp3", count, { value: gigabytes, label: "GB" });
    }
  },
};

/** Servers of one instance type that were launched from one template. */
interface Servers {
  readonly count: Factor;
  readonly type: string;
  readonly price: Price;
  readonly gigabytes: number;
  /** Whether they have detailed monitoring, whose metrics of every minute are billed. */
  readonly isMonitored: boolean;
}

/** The servers of each launch template: those of Auto Scaling groups of fixed size, and the assumed average of groups that scale. */
export function runningServers(context: Context): Servers[] {
  const templates = new Map(context.each("aws_launch_template", (each) => [each.address, templateOf(context, each)]));
  const groups = context.each("aws_autoscaling_group", (group) => {
    if (group.blocks("mixed_instances_policy").length > 0) throw new NoPrice("a group of several instance types");
    const all = context.of("aws_launch_template");
    const own = group.block("launch_template")?.target("id") ?? (all.length === 1 ? all[0] : undefined);
    if (own === undefined) throw new NoPrice("a group whose launch template is not in the stack");
    return { template: own.address, smallest: numberOf(group, "min_size"), largest: numberOf(group, "max_size") };
  });
  return [...templates].flatMap(([address, template]) => {
    const own = groups.filter((group) => group.template === address);
    const fixed = own.filter(({ smallest, largest }) => smallest === largest);
    const elastic = own.filter(({ smallest, largest }) => smallest !== largest);
    const [smallest, largest] = [
      total(elastic.map((each) => each.smallest)),
      total(elastic.map((each) => each.largest)),
    ];
    const average = Math.min(Math.max(smallest, context.assumptions.elasticServers), largest);
    const counts: Factor[] = [];
    if (fixed.length > 0) {
      counts.push({ value: total(fixed.map((each) => each.largest)), label: "named servers", one: "named server" });
    }
    if (elastic.length > 0) {
      counts.push({ value: average, label: "elastic servers", one: "elastic server", assumed: true });
    }
    return counts.map((count) => ({ ...template, count }));
  });
}

function templateOf({ list }: Context, template: Resource): Omit<Servers, "count"> {
  const type = textOf(template, "instance_type");
  const price = Object.hasOwn(list.instanceTypes, type) ? list.instanceTypes[type] : undefined;
  if (price === undefined) throw new NoPrice(`${printable(type)} in ${list.region}`);
  const disks = template.blocks("block_device_mappings").flatMap((mapping) => mapping.blocks("ebs"));
  if (disks.length === 0) throw new NoPrice("a volume of the image's own size");
  if (!disks.every(isPlain)) throw new NoPrice("a volume that is not gp3 with its default performance");
  return {
    type,
    price,
    gigabytes: total(disks.map((disk) => numberOf(disk, "volume_size"))),
    isMonitored: template.blocks("monitoring").some((block) => block.flag("enabled") === true),
  };
}

/** In a plan, performance that is not set is zero, or not known yet, before AWS sets the default. */
function isPlain(disk: Block): boolean {
  const { iops = 0, throughput = 0 } = disk.values;
  const isDefault = [0, GP3_IOPS].includes(Number(iops)) && [0, GP3_THROUGHPUT].includes(Number(throughput));
  return disk.text("volume_type") === "gp3" && isDefault;
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0);
}
