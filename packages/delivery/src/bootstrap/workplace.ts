// The working directories of a bootstrap, with the files that it needs to resume after an interruption.
import { copyFileSync, existsSync, mkdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

import { type JsonObject, readJsonFile, writeJsonFile } from "@dev-one/cli/json";

import { instancesIn, type StateInstance } from "../state";

/** Files of one environment's bootstrap. Only their owner can read them, because they hold a state. */
export class Workplace {
  /** Directory of the stack with a local state; the migration to the bucket runs here. */
  readonly local: string;
  /** Directory without a local state, to read the state in the bucket. */
  readonly remote: string;
  private readonly stateFile: string;
  private readonly snapshotFile: string;

  constructor(readonly directory: string) {
    this.local = join(directory, "local");
    this.remote = join(directory, "remote");
    this.stateFile = join(this.local, "terraform.tfstate");
    this.snapshotFile = join(this.local, "before-migration.tfstate");
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

  /** The local state, which is not, or not verifiably, in the bucket. */
  localState(): StateInstance[] {
    const file = [this.stateFile, this.snapshotFile].find(holdsSomething);
    return file === undefined ? [] : instancesIn(readJsonFile(file));
  }

  /** Copies the local state, because Terraform empties it after the migration. */
  keepSnapshot(): void {
    copyFileSync(this.stateFile, this.snapshotFile);
  }

  /** Restores the copy when a migration was interrupted after Terraform had emptied the local state. */
  restoreSnapshot(): void {
    if (!holdsSomething(this.stateFile) && holdsSomething(this.snapshotFile)) {
      copyFileSync(this.snapshotFile, this.stateFile);
    }
  }
}

const holdsSomething = (file: string): boolean => existsSync(file) && statSync(file).size > 0;
