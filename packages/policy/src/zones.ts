import type { Resource } from "@dev-one/terraform-json/resources";

/** The Availability Zone of a subnet, by whichever of its two names is written down. */
export function zoneOf(subnet: Resource | undefined): string | undefined {
  return subnet?.has("availability_zone_id") === true
    ? subnet.text("availability_zone_id")
    : subnet?.text("availability_zone");
}
