import type { JsonObject } from "@dev-one/cli/json";

import { DatadogApi } from "../../src/datadog-stand-in";

export interface Answer {
  readonly status: number;
  readonly body: JsonObject;
}

export const KEYS = { "dd-api-key": "key", "dd-application-key": "application key" };

/** An API for the tests of one file, with a client that uses only `fetch`. */
export function standIn(): {
  readonly api: () => DatadogApi;
  readonly send: (method: string, path: string, body?: object, headers?: Record<string, string>) => Promise<Answer>;
} {
  let api: DatadogApi | undefined;
  const running = (): DatadogApi => {
    if (api === undefined) throw new Error("the API is started before the first test");
    return api;
  };
  beforeEach(async () => {
    api = await DatadogApi.start();
  });
  afterEach(async () => {
    await api?.stop();
  });
  return {
    api: running,
    send: async (method, path, body, headers = KEYS) => {
      const answer = await fetch(`${running().url}${path}`, {
        method,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      return { status: answer.status, body: (text === "" ? {} : JSON.parse(text)) as JsonObject };
    },
  };
}

/** `{"errors": ["..."]}`, the error format of most endpoints. */
export const errors = (...messages: readonly unknown[]): { errors: readonly unknown[] } => ({ errors: messages });
