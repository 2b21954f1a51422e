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
    // Moving off Opsgenie, which ends on 5 April 2027, is this line: { kind: "datadog-on-call", team: "dev-one" }.
    paging: { kind: "opsgenie", service: "dev-one" },
    // Without clients, missing requests are no failure: the last step of docs/runbooks/first-deployment.md is `hasClients: true` of the service.
  },
  releases,
  interfaceEndpoints: true,
  logRetentionDays: 365,
};
