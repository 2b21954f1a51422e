import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { statSync } from "node:fs";
import { join } from "node:path";

import { scratchDirectory } from "@dev-one/cli/test/files";

import { checkFolder, type FolderOptions, makeBundle } from "../src/checks/folder";
import { Report } from "../src/report";
import { folderOf } from "./programs/support/folders";

const RUN = "#!/bin/sh\nexec sleep 1\n";
const bundle: FolderOptions = { isFolderRelease: false, architecture: "x86_64", jobs: [] };
const folderRelease: FolderOptions = { ...bundle, isFolderRelease: true };

function linesOf(folder: string, options = bundle): { isStartable: boolean; lines: string[] } {
  const lines: string[] = [];
  const isStartable = checkFolder(new Report((line) => lines.push(line)), folder, options);
  return { isStartable, lines };
}

/** The first bytes of an ELF file, and more. */
const elf = (machine: number, more = "") => {
  const header = Buffer.alloc(64);
  header.write("\x7fELF", "latin1");
  header.writeUInt16LE(machine, 18);
  return Buffer.concat([header, Buffer.from(more)]);
};

describe("a folder", () => {
  test("with run, install, migrate and a job has a line for each", () => {
    const program = { content: RUN, mode: 0o755 };
    const folder = folderOf({ run: RUN, install: RUN, migrate: program, "jobs/cleanup": program, "data.txt": "x" });
    expect(linesOf(folder)).toEqual({
      isStartable: true,
      lines: ["run", "install", "migrate", "jobs/cleanup"].map((name) => `ok       ${name}: executable, #!/bin/sh`),
    });
  });

  test.each([
    ["that does not exist", "/does/not/exist", /^failed {3}folder: \/does\/not\/exist does not exist; name the folder/],
    ["that is a file", __filename, /is not a folder/],
    ["without run", folderOf({ "run.sh": RUN }), /^failed {3}run: .*\/run is missing; write an executable file/],
    ["whose run is a folder", folderOf({ "run/run": RUN }), /run is not a file/],
    [
      "whose run has no execute bit",
      folderOf({ run: { content: RUN, mode: 0o644 } }),
      /^failed {3}run: has no execute bit; chmod \+x run\. On a server: the program never starts/,
    ],
    ["whose run has no #!", folderOf({ run: "exec sleep 1\n" }), /run: starts neither with #! nor/],
    ["whose run is empty", folderOf({ run: "" }), /run: starts neither with #! nor/],
    [
      "whose run has line ends of Windows",
      folderOf({ run: RUN.replaceAll("\n", "\r\n") }),
      /run: has line ends of Windows \(CRLF\); sed/,
    ],
    [
      "whose install has no execute bit",
      folderOf({ run: RUN, install: { content: RUN, mode: 0o600 } }),
      /install: has no execute bit/,
    ],
    ["whose job has no execute bit", folderOf({ run: RUN, "jobs/nightly": RUN }), /jobs\/nightly: has no execute bit/],
    [
      "whose run is for another architecture",
      folderOf({ run: elf(183) }),
      /run: is built for arm64, and the servers are x86_64/,
    ],
    [
      "whose run needs a newer glibc",
      folderOf({ run: elf(62, "GLIBC_2.2.5\0GLIBC_2.38\0") }),
      /needs glibc 2\.38, and Amazon Linux 2023 has 2\.34/,
    ],
  ])("%s is refused", (_, folder, message) => {
    const { isStartable, lines } = linesOf(folder);
    expect(isStartable).toBe(false);
    expect(lines).toContainEqual(expect.stringMatching(message));
  });

  test("has every problem at once", () => {
    const { lines } = linesOf(folderOf({ run: "x", install: { content: RUN, mode: 0o644 }, "jobs/a": "x" }));
    expect(lines.map((line) => line.slice(0, 16).trim())).toEqual([
      "failed   run: st",
      "failed   install",
      "failed   jobs/a:",
    ]);
  });

  test("without a job that is asked for names those that it has, and other files of jobs are none", () => {
    const program = { content: RUN, mode: 0o755 };
    const folder = folderOf({ run: RUN, "jobs/cleanup": program, "jobs/shared.py": "x" });
    const { isStartable, lines } = linesOf(folder, { ...bundle, jobs: ["cleanup", "report"] });
    expect(isStartable).toBe(false);
    expect(lines).toContainEqual(expect.stringMatching(/^failed {3}jobs\/report: is missing; jobs has cleanup\. On/));
    expect(lines.join("\n")).not.toContain("shared.py");
  });

  test.each([
    ["exec /usr/bin/node app.js", "/usr/bin/node"],
    ["/usr/local/bin/tool && PATH=/usr/bin exec /bin/psql", "/usr/local/bin/tool, /bin/psql"],
    ["exec /usr/bin/python3 app.py # and /usr/local/bin/dev-one-secret", undefined],
    ["exec /opt/tool/bin/node $folder/usr/bin/node", undefined],
  ])("whose migrate has the line %s says what a fresh server lacks of it", (line, absent) => {
    const migrate = { content: `#!/bin/sh\n${line}\n`, mode: 0o755 };
    expect(linesOf(folderOf({ run: RUN, migrate })).lines[1]).toMatch(
      absent === undefined ? /^ok/ : `warning  migrate: names ${absent}, which a fresh server lacks; bring it with the`,
    );
    expect(linesOf(folderOf({ run: RUN, migrate, install: RUN })).lines[2]).toMatch(/^ok {7}migrate/);
  });

  test("with a named pipe is refused, as dev-one-program does", () => {
    const folder = folderOf({ run: RUN });
    execFileSync("mkfifo", [join(folder, "pipe")]);
    expect(linesOf(folder).lines).toContainEqual(
      expect.stringMatching(/^failed {3}files: pipe: neither a file, a folder nor a link/),
    );
  });

  test("with a long path is refused as a release by folder only", () => {
    const folder = folderOf({ run: RUN, [`${"a".repeat(60)}/${"b".repeat(60)}`]: "x" });
    expect(linesOf(folder).isStartable).toBe(true);
    expect(linesOf(folder, folderRelease).lines).toContainEqual(
      expect.stringMatching(/files: more than 100 bytes long: a{60}\/b{60}/),
    );
  });

  test("with a file that only its owner may read is warned about, because a server makes it readable", () => {
    const { isStartable, lines } = linesOf(folderOf({ run: RUN, "key.pem": { content: "x", mode: 0o600 } }));
    expect(isStartable).toBe(true);
    expect(lines).toContainEqual(expect.stringMatching(/^warning {2}files: key\.pem: readable for you only here/));
  });

  test.each([
    ["#!/usr/bin/env node", /^warning {2}run: .*bring node with the bundle/],
    ["#!/usr/bin/python3.12", /^warning/],
    ["#!/usr/bin/env python3", /^ok/],
    ["#!/opt/dev-one/service/venv/bin/python", /^ok/],
  ])("whose run starts with %s says whether a fresh server has it", (first, message) => {
    expect(linesOf(folderOf({ run: `${first}\n` })).lines[0]).toMatch(message);
  });
});

describe("the bundle of a folder", () => {
  const made = async (folder: string, options: FolderOptions) => {
    const lines: string[] = [];
    const file = join(scratchDirectory(), "bundle.tar.gz");
    const isGood = await makeBundle(new Report((line) => lines.push(line)), folder, file, options);
    return { isGood, line: lines[0], bytes: statSync(file).size };
  };
  const large = folderOf({ run: RUN, data: randomBytes(1_100_000) });

  test("is reported with its size", async () => {
    expect(await made(folderOf({ run: RUN }), bundle)).toMatchObject({
      isGood: true,
      line: expect.stringMatching(/^ok {7}bundle: \d+ bytes, compressed$/) as unknown,
    });
  });

  test("of more than 1 MiB cannot be a release by folder", async () => {
    expect(await made(large, folderRelease)).toMatchObject({
      isGood: false,
      line: expect.stringMatching(
        /bundle: 1\.05 MiB, compressed; at most 1\.00 MiB\. On a server: synthesis refuses/,
      ) as unknown,
    });
    expect(await made(large, bundle)).toMatchObject({
      isGood: true,
      line: expect.stringContaining("release it as a bundle") as unknown,
    });
  });

  test("that S3 does not accept is refused", async () => {
    expect(await made(large, { ...bundle, largestBundle: 1_000_000 })).toMatchObject({
      isGood: false,
      line: expect.stringContaining("the upload is refused") as unknown,
    });
  });
});
