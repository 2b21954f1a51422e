import type { Part } from "../context";
import { database, proxy } from "./database";
import { edge } from "./edge";
import { keysAndSecrets } from "./keys-and-secrets";
import { logs } from "./logs";
import { monitoring } from "./monitoring";
import { network } from "./network";
import { servers } from "./servers";
import { storage } from "./storage";

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
