/** A text with control, bidirectional, unassigned and invisible characters escaped. */
export function printable(text: string): string {
  // Most texts are plain ASCII, for which the test takes a fraction of the time of the replacements.
  if (/^[ -~]*$/.test(text)) return text;
  return text
    .replaceAll("\n", "\\n")
    .replaceAll("\t", "\\t")
    .replaceAll("\r", "\\r")
    .replaceAll(
      /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu,
      (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
    );
}
