import type { EnvironmentProps } from "../config";
import releases from "./releases/staging.json";
import { database, design } from "./shared";

/** Rehearses production: the same network and servers, a smaller database, and nothing that stands in the way of a rebuild. */
export const stagingProps: EnvironmentProps = {
  ...design,
  name: "staging",
  // An account of AWS's documentation; put yours here before the first deployment.
  accountId: "111122223333",
  domain: "staging.dev-one.it",
  database: {
    ...database,
    instanceClass: "db.t4g.medium",
    allocatedStorageGib: 20,
    maxAllocatedStorageGib: 100,
    multiAz: false,
    backupRetentionDays: 7,
  },
  services: {
    ...design.services,
    // A second service, on a group and of a team of its own: a small one, to see here what it changes for the first.
    "client-address": {
      owner: "network",
      hosts: ["client-address"],
      // One CPU, for which nginx proxies 7,680 connections.
      runsOn: {
        kind: "own-group",
        maximum: 4,
        instanceType: "m7g.medium",
        connectionsPerServer: 5000,
      },
      port: 8080,
      settings: { CONTACT: "network@dev-one.it" },
    },
  },
  datadog: { ...design.datadog, paging: { kind: "none" } },
  releases,
  protectFromDestruction: false,
  logRetentionDays: 30,
};
