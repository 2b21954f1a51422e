import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { scratchDirectory } from "@dev-one/cli/test/files";
import { execa } from "execa";

import { ROOT } from "./support/project";

const directory = scratchDirectory();
writeFileSync(join(directory, "other.md"), "# A heading\n");

/** Runs the check of `npm run docs:links` on a document, next to another document with a heading. */
async function check(file: string, markdown: string): Promise<{ exitCode: number | undefined; said: string }> {
  writeFileSync(join(directory, file), `# Document\n\n${markdown}\n`);
  const remark = join(ROOT, "node_modules/.bin/remark");
  const args = ["--frail", "--quiet", "--no-stdout", "--no-color", "--rc-path", join(ROOT, ".remarkrc.mjs"), file];
  const { exitCode, all } = await execa(remark, args, { cwd: directory, reject: false, all: true });
  return { exitCode, said: all };
}

test("accepts links with existing targets", async () => {
  const markdown =
    '[a](other.md) [b](other.md#a-heading) [c](#document) [d](https://docs.aws.amazon.com/vpc/)\n\n<img src="other.md" alt="">';
  expect(await check("right.md", markdown)).toEqual({ exitCode: 0, said: "" });
});

describe("wrong links", () => {
  const mistakes = [
    ["a missing file", "[a](gone.md)", "Cannot find file `gone.md`"],
    ["a missing heading in another file", "[a](other.md#another)", "Cannot find heading for `#another` in `other.md`"],
    ["a missing heading in the same file", "[a](#nowhere)", "Cannot find heading for `#nowhere`"],
    ["a missing picture", "![a](gone.png)", "Cannot find file `gone.png`"],
    ["a missing picture in HTML", '<img src="gone.svg" alt="">', "Cannot find file `gone.svg`"],
    ["a missing picture for dark pages", '<source srcset="dark.svg">', "Cannot find file `dark.svg`"],
    ["an invalid URL", "[a](https://)", "https:// is not a URL"],
    ["plain HTTP", "[a](http://docs.aws.amazon.com/)", "http://docs.aws.amazon.com/ is not HTTPS"],
    ["a host without a domain", "[a](https://localhost/x)", "https://localhost/x names a host that cannot exist"],
  ] as const;
  let result: Awaited<ReturnType<typeof check>>;

  // One run for all cases, because the start takes most of the time.
  beforeAll(async () => {
    result = await check("wrong.md", mistakes.map(([, markdown]) => markdown).join("\n\n"));
  });

  test.each(mistakes)("are refused: a link to %s", (_name, _markdown, said) => {
    expect(result.exitCode).toBe(1);
    expect(result.said).toContain(said);
  });

  test("give no other warnings", () => {
    // The invalid URL is also reported as a missing file.
    expect(result.said).toContain(`${mistakes.length + 1} warnings`);
  });
});
