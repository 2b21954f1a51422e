import { type ProjectReflection, type Reflection, ReflectionKind } from "typedoc";

/** What must say what it is. Methods and accessors carry their docstring on the signature. */
const KINDS = [
  ReflectionKind.Class,
  ReflectionKind.Interface,
  ReflectionKind.TypeAlias,
  ReflectionKind.Variable,
  ReflectionKind.Property,
  ReflectionKind.CallSignature,
  ReflectionKind.GetSignature,
];

/** Every construct is given the environment, under this name; what it is stands at `Environment`. */
const KNOWN = "environment";

/** `FooProps` is what `Foo` is made from; what is to be said of it stands at `Foo` and at each of its members. */
const PROPS = /^(.+)Props$/;

/** What has no docstring, by its full name and file, by kind. */
export function undocumented(project: ProjectReflection): string[] {
  return KINDS.flatMap((kind) => project.getReflectionsByKind(kind))
    .filter((each) => !each.hasComment() && each.name !== KNOWN && !isPropsOf(each) && !isFunctionType(each))
    .map((each) => {
      const file = each.isDeclaration() || each.isSignature() ? each.sources?.[0]?.fileName : undefined;
      return `${each.getFullName()}${file === undefined ? "" : ` in ${file}`}`;
    });
}

function isPropsOf(each: Reflection): boolean {
  const owner = PROPS.exec(each.name)?.[1];
  return owner !== undefined && each.parent?.getChildByName([owner]) !== undefined;
}

/** What a property that is a function takes and gives; the property itself says what it is for. */
function isFunctionType(each: Reflection): boolean {
  return each.kindOf(ReflectionKind.CallSignature) && each.parent?.kindOf(ReflectionKind.TypeLiteral) === true;
}
