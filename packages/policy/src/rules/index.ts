import type { Rule } from "../rule";
import { database } from "./database";
import { monitors } from "./monitors";
import { network } from "./network";
import { order } from "./order";
import { permissions } from "./permissions";
import { servers } from "./servers";
import { state } from "./state";

/** Every rule, by id. */
export const rules: readonly Rule[] = [database, monitors, network, order, permissions, servers, state]
  .flat()
  .sort((one, other) => (one.id < other.id ? -1 : 1));
