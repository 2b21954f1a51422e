import { type ProjectReflection, ReflectionKind } from "typedoc";

/** Names parameters that are taken apart where they come in, which TypeDoc calls `__namedParameters`; their type says the rest. */
export function nameDestructuredParameters(project: ProjectReflection): void {
  for (const each of project.getReflectionsByKind(ReflectionKind.Parameter)) {
    if (each.name === "__namedParameters") each.name = "props";
  }
}
