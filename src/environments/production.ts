import type { EnvironmentProps } from "../config";
import releases from "./releases/production.json";
import { database, design } from "./shared";

export const productionProps: EnvironmentProps = {
  ...design,
  name: "production",
  // An account of AWS's documentation; put yours here before the first deployment.
  accountId: "444455556666",
  domain: "dev-one.it",
  // Once staging is deployed, its name servers go here: delegations: { staging: ["ns-1.awsdns-01.com", ...] }.
  delegations: {},
  database: {
    ...database,
    instanceClass: "db.m7g.large",
    allocatedStorageGib: 100,
    maxAllocatedStorageGib: 1000,
    multiAz: true,
    backupRetentionDays: 35,
  },
  datadog: {
    ...design.datadog,
    // Opsgenie, which the design names, ends on 5 April 2027. Without this line production pages by Datadog On-Call (docs/runbooks/moving-off-opsgenie.md).
    paging: { kind: "opsgenie", service: "dev-one" },
    // Without clients, missing requests are no failure: the last step of docs/runbooks/first-deployment.md is `hasClients: true` of the service.
  },
  releases,
  interfaceEndpoints: true,
  logRetentionDays: 365,
};
