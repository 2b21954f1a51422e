import type { _InstanceType, Image, InstanceTypeInfo } from "@aws-sdk/client-ec2";
import type { Resource, Stack } from "@dev-one/terraform-json/resources";

import { attempt, type Check } from "../context";
import { type Finding, ok, stop } from "../finding";

/** Servers with the same launch template: their type and image, and the zones and sizes of their groups. */
export interface ServerNeed {
  readonly template: string;
  readonly type: string;
  /** Id of the image, or name of the SSM parameter that holds it. */
  readonly image: { readonly id: string } | { readonly parameter: string };
  /** Ids of the Availability Zones of its groups. */
  readonly zoneIds: readonly string[];
  /** Servers at the peak. */
  readonly maximum: number;
}

/** What the launch templates of a stack and their Auto Scaling groups need. */
export function serverNeeds(platform: Stack): ServerNeed[] {
  return platform.of("aws_launch_template").map((template) => {
    const groups = platform.of("aws_autoscaling_group").filter((group) => templateOf(group) === template);
    const parameter = template.target("image_id");
    return {
      template: template.text("name_prefix") ?? template.text("name") ?? template.path,
      type: template.text("instance_type") ?? "",
      image:
        parameter === undefined ? { id: template.text("image_id") ?? "" } : { parameter: parameter.text("name") ?? "" },
      zoneIds: [...new Set(groups.flatMap(zonesOf))].sort(),
      maximum: groups.reduce((sum, group) => sum + atPeak(group), 0),
    };
  });
}

const templateOf = (group: Resource): Resource | undefined => group.block("launch_template")?.target("id");

const zonesOf = (group: Resource): string[] =>
  group.targets("vpc_zone_identifier").flatMap((subnet) => subnet.text("availability_zone_id") ?? []);

/** An instance refresh launches servers above the maximum, as far as the maintenance policy of the group allows. */
export function atPeak(group: Resource): number {
  const maximum = group.number("max_size") ?? 0;
  const percent = group.block("instance_maintenance_policy")?.number("max_healthy_percentage") ?? 100;
  return Math.ceil((maximum * Math.max(percent, 100)) / 100);
}

export const servers: Check = {
  title: "instance types and images",
  async run({ stacks, aws: { ec2, ssm } }) {
    const findings = serverNeeds(stacks.platform).map(async ({ type, zoneIds, image }) => {
      const offered = attempt(`${type} in the zones`, "ec2:DescribeInstanceTypeOfferings", async () => {
        const { InstanceTypeOfferings = [] } = await ec2.describeInstanceTypeOfferings({
          LocationType: "availability-zone-id",
          Filters: [{ Name: "instance-type", Values: [type] }],
        });
        return offers(
          type,
          zoneIds,
          InstanceTypeOfferings.flatMap(({ Location }) => Location ?? []),
        );
      });
      const fitting = attempt(`${type} and its image`, "ec2:DescribeImages", async () => {
        const id =
          "id" in image ? image.id : ((await ssm.getParameter({ Name: image.parameter })).Parameter?.Value ?? "");
        const [{ Images = [] }, { InstanceTypes: infos = [] }] = await Promise.all([
          ec2.describeImages({ ImageIds: [id] }),
          ec2.describeInstanceTypes({ InstanceTypes: [type as _InstanceType] }),
        ]);
        return fits(type, id, infos[0], Images[0]);
      });
      return [...(await offered), ...(await fitting)];
    });
    return (await Promise.all(findings)).flat();
  },
};

/** Whether each zone offers a type. @param offered ids of the zones that do */
export function offers(type: string, zoneIds: readonly string[], offered: readonly string[]): Finding {
  const subject = `${type} in the zones`;
  const missing = zoneIds.filter((id) => !offered.includes(id));
  if (missing.length === 0) return ok(subject, `offered in ${zoneIds.join(", ")}`);
  const elsewhere = offered.length === 0 ? "" : `, or a zone of ${[...offered].sort().join(", ")}`;
  return stop(subject, `not offered in ${missing.join(", ")}`, `choose another type${elsewhere} in src/environments`);
}

/**
 * Whether servers of a type start from an image.
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ami-boot.html (boot modes; an image without one uses the type's default)
 */
export function fits(type: string, id: string, info: InstanceTypeInfo | undefined, image: Image | undefined): Finding {
  const subject = `${type} and its image`;
  if (info === undefined) return stop(subject, `EC2 knows no ${type} here`, "choose another type in src/environments");
  if (image === undefined) return stop(subject, `there is no image ${id}`, "correct amiId in src/environments");
  const { Architecture = "", BootMode, VirtualizationType = "", EnaSupport } = image;
  const architectures: readonly string[] = info.ProcessorInfo?.SupportedArchitectures ?? [];
  const bootModes: readonly string[] = info.SupportedBootModes ?? [];
  const virtualizations: readonly string[] = info.SupportedVirtualizationTypes ?? [];
  const problems = [
    !architectures.includes(Architecture) &&
      `the image is for ${Architecture}, the type is ${architectures.join(", ")}`,
    BootMode !== undefined &&
      BootMode !== "uefi-preferred" &&
      !bootModes.includes(BootMode) &&
      `the image boots by ${BootMode}, the type by ${bootModes.join(", ")}`,
    !virtualizations.includes(VirtualizationType) &&
      `the image is ${VirtualizationType}, the type runs ${virtualizations.join(", ")}`,
    info.NetworkInfo?.EnaSupport === "required" && EnaSupport !== true && "the type needs ENA, the image has none",
  ].filter((problem) => problem !== false);
  if (problems.length > 0)
    return stop(subject, problems.join("; "), "choose another type or image in src/environments");
  return ok(subject, `${id}: ${Architecture}, ${VirtualizationType}${BootMode === undefined ? "" : `, ${BootMode}`}`);
}
