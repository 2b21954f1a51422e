/** URL and region of the emulator. */
export interface CloudOptions {
  readonly url: string;
  readonly region: string;
}

/** AWS SDK settings for the emulator. */
export function client({ url, region }: CloudOptions) {
  // The pinned version supports Node 20; the warning is about versions that come later.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
  return { endpoint: url, region, credentials: { accessKeyId: "test", secretAccessKey: "test" } };
}
