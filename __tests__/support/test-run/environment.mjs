import { createRequire } from "node:module";
import util from "node:util";

import { TestEnvironment } from "jest-environment-node";

import { loadCommonJs } from "../../../scripts/bundle.mjs";

// CDKTF calls it, and Node.js 22 and newer report that on standard error (DEP0044). Bundles do not call it (scripts/bundle.mjs).
util.isArray = Array.isArray;

const DATADOG_CLIENT = "@datadog/datadog-api-client/dist/packages/datadog-api-client-v1/models/ObjectSerializer";

let app;
let serializer;

/** The functions of stacks.app.ts, which is loaded when the first of them is called. */
function ofApp(name) {
  return (...values) => {
    app ??= loadCommonJs(process.env.DEV_ONE_TEST_APP);
    return app[name](...structuredClone(values));
  };
}

/**
 * Gives tests the functions of stacks.app.ts, outside of Jest's own modules: those are loaded again for every test file, and to load CDKTF
 * and its bindings takes longer than a synthesis.
 */
export default class extends TestEnvironment {
  async setup() {
    await super.setup();
    this.global.writeStacks = ofApp("writeStacks");
    this.global.adviceOn = ofApp("adviceOn");
    // Hundreds of modules, which Jest would take four seconds to load.
    this.global.readAsDatadog = (value, model) => {
      serializer ??= createRequire(import.meta.url)(DATADOG_CLIENT).ObjectSerializer;
      return serializer.deserialize(value, model, "");
    };
  }
}
