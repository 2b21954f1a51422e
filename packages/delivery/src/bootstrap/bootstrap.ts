import type { JsonObject } from "@dev-one/cli/json";
import { UserError } from "@dev-one/cli/user-error";
import { Terraform, TerraformError, type TerraformEvent } from "@dev-one/terraform-cli";
import { changesOf, type Plan } from "@dev-one/terraform-json/plan";

import { addressesOf, holdsAll, identify, type StateIdentity } from "./state-file";
import { backendOnly, s3Backend, withImports, withLocalBackend, withS3Backend } from "./state-stack";
import { Workplace } from "./workplace";

export interface BootstrapOptions {
  /** Synthesized JSON of `<env>-state`, its provider versions relaxed where that is needed. */
  readonly stack: JsonObject;
  /** Kept until the state is in the bucket; an interrupted run goes on from here. */
  readonly directory: string;
  /** Absolute path of Terraform. */
  readonly executable: string;
  /** Added to Terraform's environment: credentials, endpoints, where providers come from. @default {} */
  readonly env?: Readonly<Record<string, string>>;
  /** Changes the scratch copy of the stack, such as the provider's endpoints. @default none */
  readonly adapt?: (stack: JsonObject) => JsonObject;
  /** Settings of the S3 backend for this run, such as `endpoints` and `use_path_style`. @default {} */
  readonly backendOverrides?: JsonObject;
  /** Takes over a bucket (and its key) that exists while its state is lost. @default false: refused */
  readonly adopt?: boolean;
  /** Asked before anything is changed; false ends the run. */
  readonly approve: (plan: Plan) => Promise<boolean>;
  /** Called when a step begins, with a short sentence for a person. */
  readonly onStep?: (step: string) => void;
  readonly onEvent?: (event: TerraformEvent) => void;
  readonly signal?: AbortSignal | undefined;
}

/** "created": bucket made, state moved into it; "updated": it was there and has been changed; "unchanged": nothing was to do. */
export type BootstrapOutcome = "created" | "updated" | "unchanged";

/**
 * Makes the bucket that an environment's states live in, and moves the state of the bucket itself into it.
 *
 * Every step finds out what has been done already, from the bucket and from `directory`, so a run that was interrupted
 * anywhere can be repeated, and a run over a finished bootstrap changes nothing.
 *
 * @throws UserError when it was not approved, when two different states exist, or when the bucket exists without a state
 * @throws TerraformError when Terraform fails
 */
export async function bootstrap(options: BootstrapOptions): Promise<BootstrapOutcome> {
  return new Bootstrap(options).run();
}

const PLAN_FILE = "bootstrap.tfplan";

/** What the S3 backend finds. */
type Remote = { readonly hasBucket: false } | { readonly hasBucket: true; readonly state: StateIdentity | undefined };

class Bootstrap {
  private readonly place: Workplace;
  private readonly stack: JsonObject;
  private readonly bucket: string;

  constructor(private readonly options: BootstrapOptions) {
    const { stack, directory, adapt } = options;
    this.place = new Workplace(directory);
    this.bucket = s3Backend(stack).bucket;
    const copy: JsonObject = structuredClone(stack);
    this.stack = adapt === undefined ? copy : adapt(copy);
  }

  async run(): Promise<BootstrapOutcome> {
    this.place.open();
    this.step(`Looking for the state in bucket ${this.bucket}`);
    const remote = await this.readRemote();
    const local = this.place.localState();
    if (!remote.hasBucket || remote.state === undefined) {
      await this.makeBucket(local, { isAdopted: remote.hasBucket && !knowsBucket(local) });
      await this.moveState();
      this.place.remove();
      return "created";
    }
    if (local !== undefined) await this.settle(local, remote.state);
    const hasChanged = await this.updateInPlace();
    this.place.remove();
    if (hasChanged) return "updated";
    return local === undefined ? "unchanged" : "created"; // an interrupted run had done the rest
  }

  private async readRemote(): Promise<Remote> {
    this.place.writeStack(this.place.remote, backendOnly(this.remoteStack()));
    const terraform = this.terraform(this.place.remote);
    try {
      await terraform.init({ state: "reconfigure" });
      return { hasBucket: true, state: identify(await terraform.statePull()) };
    } catch (error) {
      if (error instanceof TerraformError && isBucketMissing(error)) return { hasBucket: false };
      throw error;
    }
  }

  /** Applies the stack with its state beside it. Finds nothing to change when that has been done already. */
  private async makeBucket(
    local: StateIdentity | undefined,
    { isAdopted }: { readonly isAdopted: boolean },
  ): Promise<void> {
    if (isAdopted && this.options.adopt !== true) {
      throw new UserError(
        `Bucket ${this.bucket} exists, but neither the bucket nor ${this.place.local} holds the state of the run that ` +
          "made it: repeat the command where that run was started, or take over the bucket and its key with --adopt.",
      );
    }
    this.place.restoreSnapshot();
    const terraform = this.terraform(this.place.local);
    const known = local === undefined ? [] : addressesOf(local);
    const plan = await this.planLocally(terraform, { known, takesOver: isAdopted || known.length > 0 });
    if (plan === undefined) return;
    this.step("Making the bucket and its key");
    await this.review(plan);
    await terraform.applyPlan(PLAN_FILE);
  }

  /**
   * @param known addresses in the local state
   * @param takesOver imports what exists and is not in that state: all of it when the state is lost; after an interruption,
   * what AWS had made while the provider no longer waited for the answer
   */
  private async planLocally(
    terraform: Terraform,
    { known, takesOver }: { readonly known: readonly string[]; readonly takesOver: boolean },
  ): Promise<Plan | undefined> {
    this.step("Planning with local state");
    const stack = this.stack;
    // The key may be as lost as the state, or never have been made; then there is no alias to find it by.
    let andKey = true;
    // What the earlier run did not come to.
    const without: string[] = [];
    for (;;) {
      const attempt = takesOver ? withImports(stack, { andKey, without: [...known, ...without] }) : stack;
      this.place.writeStack(this.place.local, withLocalBackend(attempt));
      await terraform.init({ state: "reconfigure" });
      // An interruption taints what was being made, and Terraform would replace it: a bucket or a key that exists is to be
      // completed instead, and neither may be destroyed.
      for (const address of this.place.taintedAddresses()) await terraform.untaint(address);
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

  private async moveState(): Promise<void> {
    const local = this.place.localState();
    if (local === undefined) {
      throw new UserError(
        `${this.place.local} holds no state, so there is nothing to move into bucket ${this.bucket}.`,
      );
    }
    this.step(`Moving the state into bucket ${this.bucket}`);
    this.place.keepSnapshot();
    this.place.writeStack(this.place.local, this.remoteStack());
    await this.terraform(this.place.local).init({ state: "migrate" });
    await this.verify(local);
  }

  /** @throws UserError when the bucket does not hold everything that the local state does; that one is kept then */
  private async verify(local: StateIdentity): Promise<void> {
    this.step("Comparing the moved state with the local one");
    const remote = await this.readRemote();
    if (remote.hasBucket && holdsAll(remote.state, local)) return;
    throw new UserError(
      `The state in bucket ${this.bucket} is not the one that was moved there; the local one is kept in ` +
        `${this.place.local}: repeat the command.`,
    );
  }

  /** Both states exist: an earlier run was interrupted around the move. */
  private async settle(local: StateIdentity, remote: StateIdentity): Promise<void> {
    if (holdsAll(remote, local)) return;
    if (!remote.resources.every((resource) => local.resources.includes(resource))) {
      throw new UserError(
        `Bucket ${this.bucket} holds another state than ${this.place.local}: someone else has bootstrapped this ` +
          `environment meanwhile; delete ${this.place.directory} to go on with the bucket's.`,
      );
    }
    this.place.restoreSnapshot();
    const terraform = this.terraform(this.place.local);
    this.place.writeStack(this.place.local, withLocalBackend(this.stack));
    await terraform.init({ state: "reconfigure" });
    await this.moveState();
  }

  /** @returns whether anything was to change */
  private async updateInPlace(): Promise<boolean> {
    this.step("Planning with the state in the bucket");
    this.place.writeStack(this.place.remote, this.remoteStack());
    const terraform = this.terraform(this.place.remote);
    await terraform.init({ state: "reconfigure" });
    const { hasChanges } = await terraform.plan({ out: PLAN_FILE });
    if (!hasChanges) return false;
    await this.review(await terraform.showPlan(PLAN_FILE));
    this.step("Changing the bucket and its key");
    await terraform.applyPlan(PLAN_FILE);
    return true;
  }

  private async review(plan: Plan): Promise<void> {
    const isEmpty = changesOf(plan).length === 0; // outputs only
    if (isEmpty || (await this.options.approve(plan))) return;
    throw new UserError("Not approved: nothing was changed.");
  }

  private remoteStack(): JsonObject {
    return withS3Backend(this.stack, this.options.backendOverrides ?? {});
  }

  private terraform(directory: string): Terraform {
    const { executable, env = {}, signal, onEvent = (): void => undefined } = this.options;
    return new Terraform({ executable, directory, env, signal, onEvent });
  }

  private step(text: string): void {
    this.options.onStep?.(text);
  }
}

/** A state that was written before the bucket was made does not know it. */
const knowsBucket = (state: StateIdentity | undefined): boolean =>
  state !== undefined && addressesOf(state).some((address) => address.startsWith("aws_s3_bucket."));

const isBucketMissing = ({ message }: TerraformError): boolean =>
  /NoSuchBucket|S3 bucket .* does not exist/i.test(message);

const isAliasMissing = ({ message }: TerraformError): boolean =>
  /aws_kms_alias\.existing|NotFoundException|Alias .* (is not found|not found)|no matching KMS/i.test(message);

/** Addresses that an import found nothing for. */
const notThereToImport = ({ diagnostics }: TerraformError): string[] =>
  diagnostics.flatMap(({ detail }) => {
    const found = /import an existing object to "([^"]+)"/.exec(detail.replace(/\s+/g, " "))?.[1];
    return found !== undefined && /^aws_(iam|kms_alias)/.test(found) ? [found] : [];
  });
