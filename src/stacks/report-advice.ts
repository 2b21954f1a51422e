import { AnnotationMetadataEntryType, type App } from "cdktf";

/**
 * Prints warnings of constructs on stderr, one for each line. The CDKTF CLI prints them from the manifest, so with it this does nothing.
 */
export function reportAdvice(app: App, env: NodeJS.ProcessEnv = process.env): void {
  if (env.CDKTF_CONTEXT_JSON !== undefined) return;
  const sentences = app.node
    .findAll()
    .flatMap(({ node }) => node.metadata)
    .filter(({ type }) => type === (AnnotationMetadataEntryType.WARN as string))
    .map(({ data }) => String(data));
  for (const sentence of new Set(sentences)) console.error(`Advice: ${sentence}`);
}
