/** An attribute that the emulator answers wrongly, so that a second plan wants to set it again. */
export interface EmulatorFault {
  /** Such as `aws_launch_template`. */
  readonly resourceType: string;
  /** Path of the attribute; `*` stands for any index of a list. */
  readonly attribute: string;
  /** What the emulator does. */
  readonly emulator: string;
  /** Why it is listed here instead of being patched in `emulator/moto_patches`. */
  readonly reason: string;
}

/** Every fault that is known and not patched. A fault that no plan shows any more is reported, and should be removed. */
export const emulatorFaults: readonly EmulatorFault[] = [];
