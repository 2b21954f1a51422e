export const STAGING_RELEASES = "src/environments/releases/staging.json";
export const PRODUCTION_RELEASES = "src/environments/releases/production.json";

/** Releases of the scratch copy before each change: those of the repository change without these tests. */
export const RELEASES = {
  [STAGING_RELEASES]: `{
  "api": { "version": "1.0.0", "folder": "src/servers/example-service" },
  "client-address": { "version": "1.0.0", "folder": "src/servers/client-address" }
}`,
  [PRODUCTION_RELEASES]: "{}",
};
