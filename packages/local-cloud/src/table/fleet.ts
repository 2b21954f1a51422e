// The named servers, read with the AWS SDK.
import { AutoScalingClient, paginateDescribeAutoScalingGroups } from "@aws-sdk/client-auto-scaling";
import { DescribeAvailabilityZonesCommand, EC2Client, paginateDescribeInstances } from "@aws-sdk/client-ec2";
import {
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  paginateDescribeTargetGroups,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { ListHostedZonesByNameCommand, ListResourceRecordSetsCommand, Route53Client } from "@aws-sdk/client-route-53";

import { client, type CloudOptions } from "./client";

/** One running server. */
export interface Server {
  readonly instanceId: string;
  /** Host name of its address in the private hosted zone, without the domain; undefined without a record. */
  readonly name: string | undefined;
  readonly address: string;
  /** Such as `use1-az4`. */
  readonly availabilityZoneId: string;
  /** Its Auto Scaling group. */
  readonly group: string;
  /** Lifecycle state and health in the group, such as `InService Healthy`. */
  readonly groupHealth: string;
  /** Health in each target group in which it is registered, by instance or by address. */
  readonly targetHealth: Readonly<Record<string, string>>;
}

/** Reads every server of every Auto Scaling group of an environment. */
export async function readFleet(domain: string, options: CloudOptions): Promise<Server[]> {
  const [members, instances, names, targets] = await Promise.all([
    groupMembers(options),
    readInstances(options),
    privateNames(domain, options),
    targetHealth(options),
  ]);
  return [...instances].flatMap(([instanceId, { address, availabilityZoneId }]) => {
    const member = members.get(instanceId);
    if (member === undefined) return [];
    const health = { ...targets.get(instanceId), ...targets.get(address) };
    return [{ instanceId, name: names.get(address), address, availabilityZoneId, ...member, targetHealth: health }];
  });
}

async function groupMembers(options: CloudOptions): Promise<Map<string, { group: string; groupHealth: string }>> {
  const members = new Map<string, { group: string; groupHealth: string }>();
  const pages = paginateDescribeAutoScalingGroups({ client: new AutoScalingClient(client(options)) }, {});
  for await (const { AutoScalingGroups = [] } of pages) {
    for (const { AutoScalingGroupName: group = "", Instances = [] } of AutoScalingGroups) {
      for (const { InstanceId = "", LifecycleState = "", HealthStatus = "" } of Instances) {
        members.set(InstanceId, { group, groupHealth: `${LifecycleState} ${HealthStatus}` });
      }
    }
  }
  return members;
}

async function readInstances(options: CloudOptions) {
  const ec2 = new EC2Client(client(options));
  const { AvailabilityZones = [] } = await ec2.send(new DescribeAvailabilityZonesCommand({}));
  const zoneIds = new Map(AvailabilityZones.map(({ ZoneName = "", ZoneId = "" }) => [ZoneName, ZoneId]));
  const instances = new Map<string, { address: string; availabilityZoneId: string }>();
  const filter = { Name: "instance-state-name", Values: ["pending", "running"] };
  for await (const { Reservations = [] } of paginateDescribeInstances({ client: ec2 }, { Filters: [filter] })) {
    const found = Reservations.flatMap(({ Instances = [] }) => Instances);
    for (const { InstanceId = "", PrivateIpAddress: address = "", Placement } of found) {
      instances.set(InstanceId, { address, availabilityZoneId: zoneIds.get(Placement?.AvailabilityZone ?? "") ?? "" });
    }
  }
  return instances;
}

/** Host names by address, from the private hosted zone. */
async function privateNames(domain: string, options: CloudOptions): Promise<Map<string, string>> {
  const route53 = new Route53Client(client(options));
  const { HostedZones = [] } = await route53.send(new ListHostedZonesByNameCommand({ DNSName: domain }));
  const zone = HostedZones.find(({ Name, Config }) => Name === `${domain}.` && Config?.PrivateZone === true);
  const names = new Map<string, string>();
  if (zone === undefined) return names;
  // One page has up to 300 records; the private hosted zone has a dozen.
  const { ResourceRecordSets = [] } = await route53.send(new ListResourceRecordSetsCommand({ HostedZoneId: zone.Id }));
  for (const { Name = "", Type, ResourceRecords = [] } of ResourceRecordSets) {
    if (Type !== "A") continue;
    for (const { Value = "" } of ResourceRecords) names.set(Value, Name.slice(0, -`.${domain}.`.length));
  }
  return names;
}

/** Health by target (instance id or address), then by target group. */
async function targetHealth(options: CloudOptions): Promise<Map<string, Record<string, string>>> {
  const balancer = new ElasticLoadBalancingV2Client(client(options));
  const health = new Map<string, Record<string, string>>();
  for await (const { TargetGroups = [] } of paginateDescribeTargetGroups({ client: balancer }, {})) {
    for (const { TargetGroupArn, TargetGroupName = "" } of TargetGroups) {
      const command = new DescribeTargetHealthCommand({ TargetGroupArn });
      const { TargetHealthDescriptions = [] } = await balancer.send(command);
      for (const { Target, TargetHealth } of TargetHealthDescriptions) {
        const id = Target?.Id ?? "";
        health.set(id, { ...health.get(id), [TargetGroupName]: TargetHealth?.State ?? "" });
      }
    }
  }
  return health;
}
