import { InterruptedError } from "./user-error";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Runs an action that can be stopped. The first Ctrl-C (or SIGTERM, SIGHUP) aborts the signal that the action receives; the action
 * then stops its child processes and throws. The second one exits with code 130 at once: Terraform is interrupted (see run.ts), but
 * the process does not wait for it. A reader of the output that ends early, such as `| head`, counts as a first Ctrl-C.
 *
 * @param onInterrupt called once, to report that the command waits for the action to end
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
  // Without a listener the process would exit at once, and leave what the action has to remove.
  const handleOutput = (error: NodeJS.ErrnoException): void => {
    if (error.code !== "EPIPE") throw error;
    if (!controller.signal.aborted) handle();
  };
  for (const name of SIGNALS) process.on(name, handle);
  process.stdout.on("error", handleOutput);
  try {
    return await action(controller.signal);
  } finally {
    for (const name of SIGNALS) process.off(name, handle);
    process.stdout.off("error", handleOutput);
  }
}
