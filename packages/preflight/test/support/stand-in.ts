import type { JsonObject } from "@dev-one/cli/json";
import { fromSynthesis } from "@dev-one/terraform-json/resources";

import { synthesize } from "../../../../__tests__/support/synthesis";
import type { Environment } from "../../../../src/config";
import type { Aws } from "../../src/aws";
import type { Stacks } from "../../src/context";
import recorded from "../answers.json";

/** The output of an action of AWS, by its name in answers.json. */
// The caller names the type that the SDK gives the action.
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
export function answer<Output>(name: string): Output {
  const found = recorded.find((each) => each.name === name);
  if (found === undefined) throw new Error(`answers.json has no ${name}`);
  return found.output as Output;
}

/** An error as the SDK throws it. */
export function awsError(name: string, status: number, message = "No"): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode: status } });
}

/** An error as Node.js throws it for a host that cannot be reached. */
export const unreachable = (code = "ENOTFOUND"): Error => Object.assign(new Error("getaddrinfo"), { code });

/** The action of a command, such as `EC2:DescribeVpcs`. */
type Action = string;

/**
 * Answers some actions instead of AWS, or with the key `*` all others: with an output, with an error, or with what a function makes
 * of the input.
 * @returns the actions that were called, also those that AWS answers
 */
export function answerInstead(aws: Aws, answers: Readonly<Record<Action, unknown>>): Action[] {
  const calls: Action[] = [];
  for (const client of Object.values(aws)) {
    // The clients have different commands; a step for all of them takes any.
    const stack = client.middlewareStack as unknown as {
      add(step: Step, options: { step: "initialize"; priority: "high" }): void;
    };
    const step: Step =
      (next, { clientName = "", commandName = "" }) =>
      async (args) => {
        const action = `${clientName.replace(/Client$/, "")}:${commandName.replace(/Command$/, "")}`;
        calls.push(action);
        const given = answers[action] ?? answers["*"];
        if (given === undefined) return next(args);
        const output: unknown =
          typeof given === "function" ? await (given as (input: unknown) => unknown)(args.input) : given;
        if (output instanceof Error) throw output;
        return { output: { ...(output as object), $metadata: {} }, response: {} };
      };
    stack.add(step, { step: "initialize", priority: "high" });
  }
  return calls;
}

type Handler = (args: { readonly input: unknown }) => Promise<unknown>;
type Step = (next: Handler, context: { clientName?: string; commandName?: string }) => Handler;

/** The stacks of an environment, as a command reads them. */
export function stacksOf(environment: Environment): Stacks {
  const { state, platform, monitoring } = synthesize(environment);
  const stack = ({ name, json }: { name: string; json: string }) => fromSynthesis(name, JSON.parse(json) as JsonObject);
  return { state: stack(state), platform: stack(platform), monitoring: stack(monitoring) };
}
