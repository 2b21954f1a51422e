/**
 * Hides the warning of AWS's SDK that its later versions drop Node.js 20, which the project supports: the SDK's versions are pinned.
 * Before the first client is made.
 */
export function hideNodeVersionWarning(): void {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
}
