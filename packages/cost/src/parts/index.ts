import type { Part } from "../context";
import { database, keysAndSecrets, proxy } from "./database";
import { edge, network } from "./network";
import { monitoring, servers } from "./servers";
import { logs, storage } from "./storage";

/** The parts of an environment, in the order in which they are printed. */
export const parts: readonly Part[] = [
  servers,
  database,
  proxy,
  network,
  edge,
  storage,
  logs,
  keysAndSecrets,
  monitoring,
];
