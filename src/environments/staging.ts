import type { EnvironmentProps } from "../config";
import { design } from "./shared";

/** Rehearses production: the same network and servers, a smaller database, and nothing that stands in the way of a rebuild. */
export const stagingProps: EnvironmentProps = {
  ...design,
  name: "staging",
  // An account of AWS's documentation; put yours here before the first deployment.
  accountId: "111122223333",
  domain: "staging.dev-one.it",
  database: {
    // One behind the newest, until RDS Proxy's documentation lists 18 in every region that we may use.
    majorVersion: 17,
    instanceClass: "db.t4g.medium",
    allocatedStorageGib: 20,
    maxAllocatedStorageGib: 100,
    multiAz: false,
    backupRetentionDays: 7,
    proxyZones: ["zone-1", "zone-2"],
  },
  // Until the program of a service comes with the image, something that reads and writes the database.
  servers: { ...design.servers, program: "example" },
  protectFromDestruction: false,
  logRetentionDays: 30,
};
