import { hideNodeVersionWarning } from "@dev-one/cli/aws-sdk";
/** URL and region of the emulator. */
export interface CloudOptions {
  readonly url: string;
  readonly region: string;
}

/** AWS SDK settings for the emulator. */
export function client({ url, region }: CloudOptions) {
  hideNodeVersionWarning();
  return { endpoint: url, region, credentials: { accessKeyId: "test", secretAccessKey: "test" } };
}
