import { DATABASE_ACTIONS } from "./database";
import { EDGE_ACTIONS } from "./edge";
import { NETWORK_ACTIONS } from "./network";
import { SERVER_ACTIONS } from "./servers";
import type { ChangeStatement, ReadStatement, ResourceActions } from "./types";

/**
 * By Terraform's resource type. `__tests__/iam/resource-actions.test.ts` compares it with the types of the stacks, with
 * CloudFormation's permissions, and with the recorded calls of deployments.
 */
export const RESOURCE_ACTIONS: Readonly<Record<string, ResourceActions>> = {
  ...NETWORK_ACTIONS,
  ...EDGE_ACTIONS,
  ...SERVER_ACTIONS,
  ...DATABASE_ACTIONS,
};

/** The actions of a statement for resource types, each once. */
export function actionsOf(types: readonly string[], statement: ReadStatement | ChangeStatement): string[] {
  const actions = types.flatMap((type) => {
    const { read = {}, change = {} } = RESOURCE_ACTIONS[type] ?? {};
    const { create = [], update = [], delete: remove = [] } = change[statement as ChangeStatement] ?? {};
    return [...(read[statement as ReadStatement] ?? []), ...create, ...update, ...remove];
  });
  return [...new Set(actions)].sort();
}
