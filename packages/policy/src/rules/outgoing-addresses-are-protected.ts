import { everyInProduction, type Rule } from "../rule";

export const outgoingAddressesAreProtected: Rule = {
  id: "outgoing-addresses-are-protected",
  title: "Production's Elastic IPs cannot be destroyed by a plan",
  reason: "Partners have them on allow lists. A released address belongs to whoever asks next.",
  remedy: "Set lifecycle.prevent_destroy (protectFromDestruction in the environment).",
  controls: {},
  onlySynthesized: true,
  subjects: everyInProduction("aws_eip"),
  judge: (address) => (address.isProtected ? undefined : "prevent_destroy is off"),
};
