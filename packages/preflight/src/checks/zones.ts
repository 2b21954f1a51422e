import type { AvailabilityZone } from "@aws-sdk/client-ec2";

import { attempt, type Check } from "../context";
import { type Finding, ok, stop } from "../finding";

export const zones: Check = {
  title: "region and zones",
  run: ({ environment, aws }) =>
    attempt("Region and zones", "ec2:DescribeAvailabilityZones", async () => {
      const { AvailabilityZones = [] } = await aws.ec2.describeAvailabilityZones({ AllAvailabilityZones: true });
      return environment.zones.map(({ name, availabilityZoneId }) => zone(name, availabilityZoneId, AvailabilityZones));
    }),
};

/** A zone of the environment against those that the account has, by the id that is the same in every account. */
export function zone(name: string, id: string, there: readonly AvailabilityZone[]): Finding {
  const subject = `Zone ${name}`;
  const found = there.find(({ ZoneId }) => ZoneId === id);
  if (found === undefined) {
    const ids = there.filter(({ ZoneType }) => ZoneType === "availability-zone").map(({ ZoneId }) => ZoneId);
    return stop(subject, `the account has no zone ${id}`, `choose one of ${ids.sort().join(", ")} in src/environments`);
  }
  const { ZoneName = "", State, OptInStatus, Messages = [] } = found;
  if (OptInStatus === "not-opted-in") {
    return stop(subject, `${id} (${ZoneName}) is not enabled in the account`, "enable it, or choose another zone");
  }
  if (State !== "available") {
    const why = Messages.map(({ Message }) => Message).join("; ");
    return stop(subject, `${id} (${ZoneName}) is ${State ?? "unknown"}${why && `: ${why}`}`, "choose another zone");
  }
  return ok(subject, `${id} is ${ZoneName} here`);
}
