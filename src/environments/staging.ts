import type { EnvironmentProps } from "../config";
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
  // Until the program of a service comes with the image, something that reads and writes the database.
  servers: { ...design.servers, program: "example" },
  protectFromDestruction: false,
  logRetentionDays: 30,
};
