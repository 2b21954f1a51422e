import { S3, S3ServiceException } from "@aws-sdk/client-s3";
import { fromWebToken } from "@aws-sdk/credential-providers";
import { hideNodeVersionWarning } from "@dev-one/cli/aws-sdk";
import { UserError } from "@dev-one/cli/user-error";

import { PLANS_PREFIX } from "../../../../src/environments";
import { idToken } from "./id-token";
import { sha256 } from "./manifest";

export interface PlanStoreOptions {
  readonly bucket: string;
  readonly region: string;
  /** Role that is assumed with an OIDC token of this run. @default the credentials of the process */
  readonly as?: string;
}

export type PlanKind = "tfplan" | "json";

/** Plans in the state bucket of their environment, encrypted with its key, under the hash of their content. */
export class PlanStore {
  private readonly client: S3;

  constructor(private readonly options: PlanStoreOptions) {
    const { region, as } = options;
    hideNodeVersionWarning();
    // A local S3 endpoint has one host name for all buckets.
    const isStandIn = process.env.AWS_ENDPOINT_URL !== undefined || process.env.AWS_ENDPOINT_URL_S3 !== undefined;
    this.client = new S3({
      region,
      forcePathStyle: isStandIn,
      ...(as === undefined ? {} : { credentials: assumed(as, region) }),
    });
  }

  /** @returns the hash that is the object's name */
  async keep(stack: string, kind: PlanKind, content: Uint8Array): Promise<string> {
    const hash = sha256(content);
    const Key = keyOf(stack, hash, kind);
    try {
      // Never overwrites an object. The bucket encrypts by default.
      await this.client.putObject({ Bucket: this.options.bucket, Key, Body: content, IfNoneMatch: "*" });
    } catch (error) {
      const isThere = error instanceof S3ServiceException && error.$metadata.httpStatusCode === 412;
      if (!isThere) throw this.refused("kept", Key, error);
    }
    return hash;
  }

  /** @throws UserError when the object does not exist, or its content does not match the hash */
  async get(stack: string, kind: PlanKind, hash: string): Promise<Uint8Array> {
    const Key = keyOf(stack, hash, kind);
    let content: Uint8Array | undefined;
    try {
      const { Body } = await this.client.getObject({ Bucket: this.options.bucket, Key });
      content = await Body?.transformToByteArray();
    } catch (error) {
      if (error instanceof S3ServiceException && error.name === "NoSuchKey") {
        throw new UserError(
          `The plan of ${stack} is not in ${this.options.bucket} any more, where plans stay for a week: plan it again.`,
        );
      }
      throw this.refused("read", Key, error);
    }
    if (content === undefined || sha256(content) !== hash) {
      throw new UserError(`What ${this.options.bucket} holds as the plan of ${stack} does not have the plan's hash.`);
    }
    return content;
  }

  private refused(what: string, key: string, error: unknown): UserError {
    const reason = error instanceof Error ? `${error.name}, ${error.message}` : String(error);
    return new UserError(`${key} cannot be ${what} in ${this.options.bucket}: ${reason.replace(/\.$/, "")}.`);
  }
}

const keyOf = (stack: string, hash: string, kind: PlanKind): string => `${PLANS_PREFIX}${stack}/${hash}.${kind}`;

function assumed(roleArn: string, region: string) {
  return async () => {
    const webIdentityToken = await idToken("sts.amazonaws.com");
    return await fromWebToken({ roleArn, roleSessionName: "review", webIdentityToken, clientConfig: { region } })();
  };
}
