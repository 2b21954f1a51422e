import { type DeclarationReflection, type Reflection, ReflectionKind, type SignatureReflection } from "typedoc";
import { type MarkdownPageEvent, MarkdownTheme, MarkdownThemeContext } from "typedoc-plugin-markdown";

/** From docs/api to the project. */
const ROOT = "../..";

/** Says of each class, interface and function where it is, without the line: a page changes with what it says, not with what stands above it. */
export class SourceTheme extends MarkdownTheme {
  override getRenderContext(page: MarkdownPageEvent<Reflection>): MarkdownThemeContext {
    const context = new MarkdownThemeContext(this, page, this.application.options);
    context.partials.sources = sources;
    return context;
  }
}

function sources(model: DeclarationReflection | SignatureReflection): string {
  const isOnItsOwn = (model.kindOf(ReflectionKind.CallSignature) ? model.parent : model)?.parent?.kindOf(
    ReflectionKind.Module,
  );
  const source = model.sources?.[0];
  return source === undefined || isOnItsOwn !== true ? "" : `In [${source.fileName}](${ROOT}/${source.fileName})`;
}
