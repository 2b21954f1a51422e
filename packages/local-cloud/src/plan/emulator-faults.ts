/** An attribute that the emulator returns wrongly, so that a second plan sets it again. */
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

/** Every known fault without a patch. The run reports a fault that no plan shows any more, and the entry should be removed. */
export const emulatorFaults: readonly EmulatorFault[] = [];
