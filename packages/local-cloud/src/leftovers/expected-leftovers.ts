/** A resource that may remain after `terraform destroy` of an environment. */
export interface ExpectedLeftover {
  /** Kind of resource, as in emulator/inventory.py. */
  readonly kind: string;
  /** Pattern of its id. */
  readonly id: RegExp;
  readonly reason: string;
}

export const expectedLeftovers: readonly ExpectedLeftover[] = [
  {
    kind: "bucket",
    id: /-terraform-state-\d{12}$/,
    reason: "the state bucket belongs to the state stack, which is protected from destruction",
  },
  { kind: "key", id: /^[0-9a-f-]{36}$/, reason: "the state bucket's key, protected like the bucket" },
  { kind: "key alias", id: /^alias\/.*-terraform-state$/, reason: "the name of the state bucket's key" },
  {
    kind: "role",
    id: /-delivery-(plan|apply)$/,
    reason: "what GitHub's workflows assume belongs to the state stack",
  },
  {
    kind: "key pending deletion",
    id: /^[0-9a-f-]{36}$/,
    reason: "KMS deletes a key only after a waiting period, so that a mistake can be undone",
  },
  {
    kind: "network interface",
    id: /^eni-/,
    reason: "moto keeps the interfaces of ended instances and NAT gateways; AWS deletes them with their owner",
  },
  {
    kind: "database parameters",
    id: /^default\./,
    reason: "RDS makes a default parameter group when an engine is first used, and it cannot be deleted",
  },
];
