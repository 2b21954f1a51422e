import { readJsonFile } from "@dev-one/cli/json";
import { printable } from "@dev-one/cli/printable";
import { UserError } from "@dev-one/cli/user-error";
import * as z from "zod";

import { type Allowance, FORBIDDEN_KINDS } from "./finding";

/** The longest time of an allowance; what is needed for longer belongs into the configuration. */
const LONGEST_DAYS = 90;

const date = z.iso.date();
const schema = z.strictObject({
  $comment: z.string().optional(),
  allowances: z.array(
    z.strictObject({
      /** Stack, such as `production`. */
      stack: z.string().min(1),
      /** Address of the resource; `*` stands for any characters, and must not be all of it. */
      address: z.string().regex(/\w\.[\w*]/, "must name a type of resource, such as aws_eip.nat or aws_eip.*"),
      kind: z.enum(FORBIDDEN_KINDS),
      /** Why the finding is accepted. */
      reason: z.string().min(10),
      /** Last day, such as `2027-01-31`. */
      until: date,
    }),
  ),
});

/** Reads the allowances. @throws UserError when the file is not as described */
export function readAllowances(file: string): readonly Allowance[] {
  const result = schema.safeParse(readJsonFile(file));
  if (result.success) return result.data.allowances;
  const issue = result.error.issues[0];
  throw new UserError(
    `${printable(file)}, ${(issue?.path ?? []).join(".")}: ${printable(issue?.message ?? "is not as described")}.`,
  );
}

/** Whether an allowance applies on a day, or why not. */
export function isInForce({ until }: Allowance, today: string): "yes" | "expired" | "too far away" {
  if (until < today) return "expired";
  const days = (Date.parse(until) - Date.parse(today)) / 86_400_000;
  return days > LONGEST_DAYS ? "too far away" : "yes";
}
