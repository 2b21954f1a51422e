import type { JsonObject } from "@dev-one/cli/json";
import { UserError } from "@dev-one/cli/user-error";
import { Terraform, TerraformError } from "@dev-one/terraform-cli";
import { changesOf, type RawPlan } from "@dev-one/terraform-json/read-plan";

import { holdsAll, instancesIn, type StateInstance } from "../state";
import { backendOnly, s3Backend, withImports, withLocalBackend } from "./state-stack";
import { Workplace } from "./workplace";

type TerraformOptions = ConstructorParameters<typeof Terraform>[0];

/** With what Terraform needs: its executable, and credentials, endpoints and the source of the providers in its environment. */
export interface BootstrapOptions extends TerraformOptions {
  /** Synthesized JSON of `<env>-state`, with relaxed provider versions and other endpoints where necessary. */
  readonly stack: JsonObject;
  /** Working directory, kept until the state is in the bucket; the next run resumes an interrupted one from it. */
  readonly directory: string;
  /** Imports an existing bucket (and its KMS key) whose state is lost. @default false: the run is refused */
  readonly adopt?: boolean;
  /** Asks for approval before any change; false ends the run. */
  readonly approve: (plan: RawPlan) => Promise<boolean>;
  /** Called with a short sentence when a step begins. */
  readonly onStep?: (step: string) => void;
}

/** "created": the bucket was created and its state moved into it; "updated": the existing stack was changed; "unchanged": no changes. */
export type BootstrapOutcome = "created" | "updated" | "unchanged";

/**
 * Creates the bucket that holds an environment's states, and moves the bucket's own state into it.
 *
 * Every step determines from the bucket and from `directory` what is already done. A run that was interrupted at any point can
 * therefore be repeated, and a run after a finished bootstrap changes nothing.
 *
 * @throws UserError when it was not approved, when two different states exist, or when the bucket exists without a state
 * @throws TerraformError when Terraform fails
 */
export function bootstrap(options: BootstrapOptions): Promise<BootstrapOutcome> {
  return new Bootstrap(options).run();
}

const PLAN_FILE = "bootstrap.tfplan";

type State = readonly StateInstance[];

class Bootstrap {
  private readonly place: Workplace;
  private readonly bucket: string;

  constructor(private readonly options: BootstrapOptions) {
    this.place = new Workplace(options.directory);
    this.bucket = s3Backend(options.stack).bucket;
  }

  async run(): Promise<BootstrapOutcome> {
    this.place.open();
    this.step(`Looking for the state in bucket ${this.bucket}`);
    const remote = await this.readRemote();
    const local = this.place.localState();
    if (remote === undefined || remote.length === 0) {
      // A state that was written before the bucket was created does not contain it.
      const isKnown = local.some(({ type }) => type === "aws_s3_bucket");
      await this.makeBucket(local, { isAdopted: remote !== undefined && !isKnown });
      await this.moveState();
      this.place.remove();
      return "created";
    }
    await this.settle(local, remote);
    const hasChanged = await this.updateInPlace();
    this.place.remove();
    if (hasChanged) return "updated";
    return local.length === 0 ? "unchanged" : "created"; // an interrupted run had already made the changes
  }

  /** The state in the bucket, which may be empty; undefined without a bucket. */
  private async readRemote(): Promise<State | undefined> {
    try {
      const terraform = await this.initialized(this.place.remote, backendOnly(this.options.stack));
      return instancesIn(await terraform.statePull());
    } catch (error) {
      if (error instanceof TerraformError && isBucketMissing(error)) return undefined;
      throw error;
    }
  }

  /** Applies the stack with a local state. Plans no changes when it is already applied. */
  private async makeBucket(local: State, { isAdopted }: { readonly isAdopted: boolean }): Promise<void> {
    if (isAdopted && this.options.adopt !== true) {
      throw new UserError(
        `Bucket ${this.bucket} exists, but neither the bucket nor ${this.place.local} holds the state of the run that ` +
          "made it: repeat the command where that run was started, or take over the bucket and its key with --adopt.",
      );
    }
    this.place.restoreSnapshot();
    const known = local.map(({ address }) => address);
    const plan = await this.planLocally(known, isAdopted || known.length > 0);
    if (plan === undefined) return;
    this.step("Making the bucket and its key");
    await this.review(plan);
    await this.terraform(this.place.local).applyPlan(PLAN_FILE);
  }

  /**
   * @param known addresses in the local state
   * @param takesOver imports existing resources that are not in that state: all of them when the state is lost; after an
   * interruption, those that AWS created while the provider no longer waited for the response
   */
  private async planLocally(known: readonly string[], takesOver: boolean): Promise<RawPlan | undefined> {
    this.step("Planning with local state");
    const { stack } = this.options;
    // The KMS key may have been deleted, or never created; then no alias refers to it.
    let andKey = true;
    // Resources that the earlier run did not create have nothing to import.
    const without: string[] = [];
    for (;;) {
      const attempt = takesOver ? withImports(stack, { andKey, without: [...known, ...without] }) : stack;
      const terraform = await this.initialized(this.place.local, withLocalBackend(attempt));
      // An interruption taints the resources that were being created, and Terraform would replace them. A bucket or key must not be
      // destroyed, so the taint is removed and the apply completes it.
      const tainted = this.place.localState().filter(({ isTainted }) => isTainted);
      for (const { address } of tainted) await terraform.untaint(address);
      try {
        const { hasChanges } = await terraform.plan({ out: PLAN_FILE });
        return hasChanges ? await terraform.showPlan(PLAN_FILE) : undefined;
      } catch (error) {
        if (!takesOver || !(error instanceof TerraformError)) throw error;
        const missing = notThereToImport(error).filter((address) => !without.includes(address));
        if (missing.length === 0 && !(andKey && isAliasMissing(error))) throw error;
        if (missing.length === 0) andKey = false;
        without.push(...missing);
      }
    }
  }

  /** @throws UserError when the state in the bucket lacks a resource of the local state, which is then kept */
  private async moveState(): Promise<void> {
    const local = this.place.localState();
    if (local.length === 0) {
      throw new UserError(
        `${this.place.local} holds no state, so there is nothing to move into bucket ${this.bucket}.`,
      );
    }
    this.step(`Moving the state into bucket ${this.bucket}`);
    this.place.keepSnapshot();
    await this.initialized(this.place.local, this.options.stack, "migrate");
    this.step("Comparing the moved state with the local one");
    const remote = await this.readRemote();
    if (remote !== undefined && holdsAll(remote, local)) return;
    throw new UserError(
      `The state in bucket ${this.bucket} is not the one that was moved there; the local one is kept in ` +
        `${this.place.local}: repeat the command.`,
    );
  }

  /** If both states exist, an earlier run was interrupted before or after the move. */
  private async settle(local: State, remote: State): Promise<void> {
    if (holdsAll(remote, local)) return;
    if (!holdsAll(local, remote)) {
      throw new UserError(
        `Bucket ${this.bucket} holds another state than ${this.place.local}: someone else has bootstrapped this ` +
          `environment meanwhile; delete ${this.place.directory} to go on with the bucket's.`,
      );
    }
    this.place.restoreSnapshot();
    await this.initialized(this.place.local, withLocalBackend(this.options.stack));
    await this.moveState();
  }

  /** @returns whether the plan had changes */
  private async updateInPlace(): Promise<boolean> {
    this.step("Planning with the state in the bucket");
    const terraform = await this.initialized(this.place.remote, this.options.stack);
    const { hasChanges } = await terraform.plan({ out: PLAN_FILE });
    if (!hasChanges) return false;
    await this.review(await terraform.showPlan(PLAN_FILE));
    this.step("Changing the bucket and its key");
    await terraform.applyPlan(PLAN_FILE);
    return true;
  }

  private async review(plan: RawPlan): Promise<void> {
    const isEmpty = changesOf(plan).length === 0; // outputs only
    if (isEmpty || (await this.options.approve(plan))) return;
    throw new UserError("Not approved: nothing was changed.");
  }

  private terraform(directory: string): Terraform {
    return new Terraform({ ...this.options, directory });
  }

  /** Terraform in a directory that holds the stack, initialized. @param state what becomes of a state in another backend */
  private async initialized(directory: string, stack: JsonObject, state: "migrate" | "reconfigure" = "reconfigure") {
    this.place.writeStack(directory, stack);
    const terraform = this.terraform(directory);
    await terraform.init({ state });
    return terraform;
  }

  private step(text: string): void {
    this.options.onStep?.(text);
  }
}

const isBucketMissing = ({ message }: TerraformError): boolean =>
  /NoSuchBucket|S3 bucket .* does not exist/i.test(message);

const isAliasMissing = ({ message }: TerraformError): boolean =>
  /aws_kms_alias\.existing|NotFoundException|Alias .* (is not found|not found)|no matching KMS/i.test(message);

/** Addresses for which the import found no resource. */
const notThereToImport = ({ diagnostics }: TerraformError): string[] =>
  diagnostics.flatMap(({ detail }) => {
    const found = /import an existing object to "([^"]+)"/.exec(detail.replace(/\s+/g, " "))?.[1];
    return found !== undefined && /^aws_(iam|kms_alias)/.test(found) ? [found] : [];
  });
