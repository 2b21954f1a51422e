import { type Block, Undecided } from "@dev-one/terraform-json/resources";

/** An argument as text: its value, or the expression when only Terraform knows the value; empty when it is absent. */
export function shown(block: Block | undefined, name: string): string {
  return known(() => block?.text(name)) ?? block?.template(name) ?? "";
}

/** The texts of an argument, as far as they are known. */
export function listed(block: Block, name: string): string[] {
  return known(() => block.texts(name)) ?? [];
}

/** The number of an argument; undefined when it is absent or not known yet. */
export function numbered(block: Block | undefined, name: string): number | undefined {
  return known(() => block?.number(name));
}

/** Whether an argument is known to be true. */
export function isTrue(block: Block, name: string): boolean {
  return known(() => block.flag(name)) === true;
}

function known<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof Undecided) return undefined;
    throw error;
  }
}
