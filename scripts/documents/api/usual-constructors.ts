import { type ProjectReflection, ReflectionKind } from "typedoc";

/** Removes the constructors that all look alike: those of a class `Foo` beside a `FooProps`. The introduction says how they look. */
export function leaveOutUsualConstructors(project: ProjectReflection): void {
  for (const each of project.getReflectionsByKind(ReflectionKind.Constructor)) {
    const owner = each.parent;
    if (owner?.isDeclaration() !== true || owner.parent?.getChildByName([`${owner.name}Props`]) === undefined) continue;
    project.removeReflection(each);
    owner.groups = (owner.groups ?? []).filter(({ children }) => !children.some(({ id }) => id === each.id));
  }
}
