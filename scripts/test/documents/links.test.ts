import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { execa } from "execa";

import { ROOT } from "./support/project";

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "dev-one-links-"));
  writeFileSync(join(directory, "other.md"), "# A heading\n");
});

afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

/** What `npm run docs:links` says of a document; another document and its heading lie beside it. */
async function check(file: string, markdown: string): Promise<{ exitCode: number | undefined; said: string }> {
  writeFileSync(join(directory, file), `# Document\n\n${markdown}\n`);
  const remark = join(ROOT, "node_modules/.bin/remark");
  const args = ["--frail", "--quiet", "--no-stdout", "--no-color", "--rc-path", join(ROOT, ".remarkrc.mjs"), file];
  const { exitCode, all } = await execa(remark, args, { cwd: directory, reject: false, all: true });
  return { exitCode, said: all };
}

test("links that lead somewhere are taken", async () => {
  const markdown =
    '[a](other.md) [b](other.md#a-heading) [c](#document) [d](https://docs.aws.amazon.com/vpc/)\n\n<img src="other.md" alt="">';
  expect(await check("right.md", markdown)).toEqual({ exitCode: 0, said: "" });
});

describe("wrong links", () => {
  const mistakes = [
    ["a file that is not there", "[a](gone.md)", "Cannot find file `gone.md`"],
    ["a heading that is not there", "[a](other.md#another)", "Cannot find heading for `#another` in `other.md`"],
    ["a heading of its own that is not there", "[a](#nowhere)", "Cannot find heading for `#nowhere`"],
    ["a picture that is not there", "![a](gone.png)", "Cannot find file `gone.png`"],
    ["a picture in HTML that is not there", '<img src="gone.svg" alt="">', "Cannot find file `gone.svg`"],
    ["a picture for dark pages that is not there", '<source srcset="dark.svg">', "Cannot find file `dark.svg`"],
    ["an address that is none", "[a](https://)", "https:// is not a URL"],
    ["plain HTTP", "[a](http://docs.aws.amazon.com/)", "http://docs.aws.amazon.com/ is not HTTPS"],
    ["a host without a domain", "[a](https://localhost/x)", "https://localhost/x names a host that cannot exist"],
  ] as const;
  let result: Awaited<ReturnType<typeof check>>;

  // One run for all: most of its time goes into starting.
  beforeAll(async () => {
    result = await check("wrong.md", mistakes.map(([, markdown]) => markdown).join("\n\n"));
  });

  test.each(mistakes)("a link to %s is refused", (_name, _markdown, said) => {
    expect(result.exitCode).toBe(1);
    expect(result.said).toContain(said);
  });

  test("nothing else is found", () => {
    // An address that is none is taken for a missing file as well.
    expect(result.said).toContain(`${mistakes.length + 1} warnings`);
  });
});
