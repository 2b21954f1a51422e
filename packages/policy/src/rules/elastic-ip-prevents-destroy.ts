import { everyInProduction, type Rule } from "../rule";

export const elasticIpPreventsDestroy: Rule = {
  id: "elastic-ip-prevents-destroy",
  title: "Terraform cannot destroy production's Elastic IPs",
  reason: "Partners have them on allow lists, and AWS gives a released address to another customer.",
  remedy: "Set lifecycle.prevent_destroy (protectFromDestruction in the environment).",
  controls: {},
  onlySynthesized: true,
  subjects: everyInProduction("aws_eip"),
  check: (address) => (address.isProtected ? undefined : "prevent_destroy is off"),
};
