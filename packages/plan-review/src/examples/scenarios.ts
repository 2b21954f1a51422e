import type { Danger } from "../finding";
import type { Verdict } from "../verdict";

/** A typical change of this project, and its expected review. */
export type Scenario = readonly [
  name: string,
  title: string,
  environment: "staging" | "production",
  verdict: Verdict,
  danger: Danger,
];

/** Real Terraform planned each of them, on a local cloud in which the environment was deployed; see `plans`. */
export const scenarios: readonly Scenario[] = [
  ["first-deployment", "Production is deployed for the first time", "production", "approve", "identity"],
  ["nothing", "Nothing has changed", "staging", "nothing", "safe"],
  ["tags", "One more tag on the subnets", "production", "nothing", "safe"],
  ["tags-on-everything", "Another value of a tag, on everything", "production", "nothing", "safe"],
  ["tag-on-template", "One more tag on the servers' launch template", "staging", "approve", "safe"],
  ["more-elastic-servers", "A higher peak: two more elastic servers", "production", "approve", "safe"],
  ["new-image", "A release: the servers get an image with their program", "staging", "approve", "safe"],
  ["larger-database", "A larger class for the database", "production", "approve", "safe"],
  ["port-between-tiers", "The load balancer may reach another port of the servers", "staging", "approve", "network"],
  ["ssh-from-anywhere", "SSH to the servers is allowed from 0.0.0.0/0", "staging", "forbidden", "network"],
  ["renamed-security-group", "A security group gets another name in the code", "staging", "approve", "network"],
  ["smaller-subnet", "A subnet shrinks", "staging", "approve", "network"],
  ["fifth-server", "A fifth server in the address table", "staging", "approve", "network"],
  ["renamed-database", "The database gets another name inside PostgreSQL", "staging", "approve", "data loss"],
  [
    "renamed-database-in-production",
    "The same in production, where Terraform refuses it",
    "production",
    "error",
    "data loss",
  ],
  ["deleted-database", "The database is deleted", "production", "forbidden", "data loss"],
  [
    "other-outgoing-address",
    "The Elastic IPs of the NAT gateways get another name in the code",
    "production",
    "forbidden",
    "network",
  ],
  ["without-protection", "The protection from destruction is switched off", "production", "forbidden", "data loss"],
  ["administrators", "The servers become administrators", "production", "forbidden", "identity"],
  ["everything-destroyed", "Staging is taken down", "staging", "approve", "data loss"],
];
