import type { Resource } from "@dev-one/terraform-json/resources";

/** The Availability Zone of a subnet, by its id or, where only that is set, its name. */
export function availabilityZoneOf(subnet: Resource | undefined): string | undefined {
  return subnet?.has("availability_zone_id") === true
    ? subnet.text("availability_zone_id")
    : subnet?.text("availability_zone");
}
