import { documentsBelow, linksOf, textOf } from "./support/project";

const INDEX = "docs/decisions/README.md";
const files = documentsBelow("docs/decisions").filter((file) => file !== INDEX);

/** Number and title, as the first line of a decision says them. */
function headOf(file: string): { readonly number: number; readonly title: string } {
  const [, number, title = ""] = /^# (\d+)\. (.+)\n/.exec(textOf(file)) ?? [];
  return { number: Number(number), title };
}

/** The lines of the index: number, title, file, sentence, status. */
const lines = [...textOf(INDEX).matchAll(/^\| +(\d+) \| \[([^\]]+)\]\(([^)]+)\) +\| ([^|]+?) +\| ([^|]+?) +\|$/gm)].map(
  ([, number, title, file, sentence = "", status = ""]) => ({
    number: Number(number),
    title,
    file: `docs/decisions/${file ?? ""}`,
    sentence,
    status,
  }),
);

test("every decision is in the index, under its own title", () => {
  expect(lines.map(({ number, title, file }) => ({ number, title, file }))).toEqual(
    files.map((file) => ({ ...headOf(file), file })),
  );
});

test("every file is named after its number", () => {
  for (const file of files) expect(file).toContain(`/${headOf(file).number.toString().padStart(4, "0")}-`);
});

test("every line says what was decided, and whether it holds", () => {
  for (const { sentence, status } of lines) {
    expect(sentence).toMatch(/^["A-Z].{30,}$/);
    expect(status).toMatch(/^(accepted|superseded by \d+)/);
  }
});

test("every decision has its context, what was decided and what follows", () => {
  for (const file of files) {
    const headings = [...textOf(file).matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
    expect([file, ...headings]).toEqual(expect.arrayContaining(["Context", "Decision"]));
  }
});

test("the README names a few, by their own titles, and leads to all", () => {
  const named = [...textOf("README.md").matchAll(/^- \[([^\]]+)\]\((docs\/decisions\/\d{4}[^)]+)\)$/gm)];
  expect(named.length).toBeGreaterThanOrEqual(5);
  for (const [, title, file = ""] of named) expect(title).toBe(headOf(file).title);
  expect(linksOf("README.md")).toContain(INDEX);
});
