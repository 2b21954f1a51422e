import { InterruptedError } from "./user-error";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Runs an action that can be stopped. The first Ctrl-C (or SIGTERM, SIGHUP) aborts the signal that the action gets; the
 * action then ends what it started and throws. The second one ends the process at once, with code 130; Terraform is
 * told to stop then (see run.ts), but not waited for.
 *
 * @param onInterrupt called once, to tell the person that the end is being waited for
 */
export async function interruptible<T>(
  action: (signal: AbortSignal) => Promise<T>,
  onInterrupt: () => void = () => undefined,
): Promise<T> {
  const controller = new AbortController();
  const handle = (): void => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort(new InterruptedError());
    onInterrupt();
  };
  for (const name of SIGNALS) process.on(name, handle);
  try {
    return await action(controller.signal);
  } finally {
    for (const name of SIGNALS) process.off(name, handle);
  }
}
