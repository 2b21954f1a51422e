import { AnnotationMetadataEntryType, type App } from "cdktf";

/**
 * Prints the advice that constructs left, one sentence a line, on stderr. The CDKTF CLI prints it by itself, from the manifest; this is for
 * a synthesis without it.
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
