// Where a bootstrap keeps what it needs to go on after an interruption.
import { copyFileSync, existsSync, mkdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

import { type JsonObject, readJsonFile, writeJsonFile } from "@dev-one/cli/json";

import { identify, type StateIdentity, tainted } from "./state-file";

/** Files of one environment's bootstrap. Only its owner can read them: they hold a state. */
export class Workplace {
  /** Holds the stack while its state is local, and moves it. */
  readonly local: string;
  /** Sees nothing but the bucket. */
  readonly remote: string;

  constructor(readonly directory: string) {
    this.local = join(directory, "local");
    this.remote = join(directory, "remote");
  }

  open(): void {
    for (const directory of [this.directory, this.local, this.remote]) {
      mkdirSync(directory, { recursive: true, mode: 0o700 });
    }
  }

  /** Removes everything, the local state included. */
  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  writeStack(directory: string, stack: JsonObject): void {
    writeJsonFile(join(directory, "cdk.tf.json"), stack);
  }

  /** The state that is not in the bucket, or not known to be there. */
  localState(): StateIdentity | undefined {
    const file = [this.stateFile, this.snapshotFile].find(holdsSomething);
    return file === undefined ? undefined : identify(readJsonFile(file));
  }

  /** What an interrupted run was making. */
  taintedAddresses(): string[] {
    return holdsSomething(this.stateFile) ? tainted(readJsonFile(this.stateFile)) : [];
  }

  /** Keeps a copy, because Terraform empties the local state when it has moved it. */
  keepSnapshot(): void {
    copyFileSync(this.stateFile, this.snapshotFile);
  }

  /** Takes the copy back when a move was interrupted after Terraform had emptied the local state. */
  restoreSnapshot(): void {
    if (!holdsSomething(this.stateFile) && holdsSomething(this.snapshotFile)) {
      copyFileSync(this.snapshotFile, this.stateFile);
    }
  }

  private get stateFile(): string {
    return join(this.local, "terraform.tfstate");
  }

  private get snapshotFile(): string {
    return join(this.local, "before-migration.tfstate");
  }
}

const holdsSomething = (file: string): boolean => existsSync(file) && statSync(file).size > 0;
