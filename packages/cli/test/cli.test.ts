import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { commandLine, readArguments } from "../src/command-line";
import { isExecutable } from "../src/executable";
import { interruptible } from "../src/interrupt";
import { isJsonObject, objectAt, readJsonFile, writeJsonFile } from "../src/json";
import { makeDirectory } from "../src/make-directory";
import { markdownTable } from "../src/markdown-table";
import { printable } from "../src/printable";
import { projectRoot } from "../src/project-root";
import { replaceFile } from "../src/replace-file";
import { wrap } from "../src/table";
import { InterruptedError, runMain, UserError } from "../src/user-error";
import { scratchDirectory, writeScript } from "./files";

describe("arguments", () => {
  const command = () => commandLine("npm run x", "Does x.").option("--size <number>", "how large");

  test("are read into the command", () => {
    const read = command();
    expect(readArguments(read, ["--size", "3"])).toBe(true);
    expect(read.opts()).toEqual({ size: "3" });
  });

  test.each([
    [["--fast"], "unknown option '--fast'. See `npm run x -- --help`."],
    [["more"], "too many arguments. Expected 0 arguments but got 1. See `npm run x -- --help`."],
    [["--a\u001b[31m"], "unknown option '--a\\u{1b}[31m'. See `npm run x -- --help`."],
  ])("%j are a usage error of one sentence", (args, sentence) => {
    expect(() => readArguments(command(), args)).toThrow(new UserError(sentence));
  });

  test("that ask for help end the command", () => {
    const write = jest.spyOn(process.stdout, "write").mockReturnValue(true);
    expect(readArguments(command(), ["--help"])).toBe(false);
    expect(write.mock.calls.join()).toContain("how large");
    write.mockRestore();
  });
});

describe("a main function", () => {
  test.each([
    ["that succeeds", () => undefined, undefined, []],
    ["with a mistake of the user", new UserError("Too large."), 1, [["Too large."]]],
    ["that is interrupted", new InterruptedError(), 130, [["Interrupted."]]],
  ])("%s sets the exit code and prints the message only", async (_, outcome, exitCode, printed) => {
    const print = jest.spyOn(console, "error").mockReturnValue();
    const before = process.exitCode;
    await runMain(() => (outcome instanceof Error ? Promise.reject(outcome) : Promise.resolve()));
    expect([process.exitCode, print.mock.calls]).toEqual([exitCode, printed]);
    process.exitCode = before;
    print.mockRestore();
  });

  test("with a defect keeps its stack trace", async () => {
    await expect(runMain(() => Promise.reject(new TypeError("x is undefined")))).rejects.toThrow(TypeError);
  });
});

test("an interruption aborts the action once, which then ends", async () => {
  const listeners = process.listenerCount("SIGTERM");
  const told = jest.fn();
  const action = interruptible(
    (signal) =>
      new Promise((_, reject) => {
        signal.addEventListener("abort", () => {
          reject(signal.reason as Error);
        });
      }),
    told,
  );
  process.emit("SIGTERM");
  await expect(action).rejects.toThrow(InterruptedError);
  expect(told).toHaveBeenCalledTimes(1);
  expect(process.listenerCount("SIGTERM")).toBe(listeners);
});

describe("files", () => {
  test("with one JSON object are read and written", () => {
    const file = join(scratchDirectory(), "x.json");
    writeJsonFile(file, { a: { b: { c: 1 } } });
    expect(objectAt(readJsonFile(file), "a", "b")).toEqual({ c: 1 });
    expect(objectAt(readJsonFile(file), "a", "x", "y")).toBeUndefined();
    expect([isJsonObject([]), isJsonObject(null), isJsonObject({})]).toEqual([false, false, true]);
  });

  test.each([
    ["missing", undefined, "cannot be read."],
    ["truncated", '{"a":', "is not JSON."],
    ["a list", "[1]", "does not hold a JSON object."],
  ])("of JSON: one that is %s is refused in one sentence", (_, content, sentence) => {
    const file = join(scratchDirectory(), "x.json");
    if (content !== undefined) writeFileSync(file, content);
    expect(() => readJsonFile(file)).toThrow(new UserError(`${file} ${sentence}`));
  });

  test("are replaced as a whole, and nothing else is left", () => {
    const directory = scratchDirectory();
    const file = join(directory, "x");
    replaceFile(file, "old");
    replaceFile(file, "new");
    expect([readFileSync(file, "utf8"), readdirSync(directory)]).toEqual(["new", ["x"]]);
    expect(() => {
      replaceFile(directory, "content");
    }).toThrow(`${directory} cannot be written: `);
    expect(readdirSync(directory)).toEqual(["x"]);
    expect(existsSync(`${directory}.${process.pid}.new`)).toBe(false);
  });

  test("directories are created with their parents, and one that cannot be created is an error at once", () => {
    const directory = join(scratchDirectory(), "a", "b");
    makeDirectory(directory);
    makeDirectory(directory);
    expect(existsSync(directory)).toBe(true);
    expect(() => {
      makeDirectory("/proc/a/b");
    }).toThrow(/ENOENT|EACCES/);
  });

  test("are programs if this user can run them; directories are not", () => {
    const directory = scratchDirectory();
    writeFileSync(join(directory, "text"), "");
    writeScript(join(directory, "program"), "");
    const found = ["program", "text", ".", "missing"].filter((name) => isExecutable(join(directory, name)));
    expect(found).toEqual(["program"]);
  });

  test("cdktf.json marks the project's directory, also above the working directory", () => {
    const [outside, project] = [scratchDirectory(), scratchDirectory()];
    mkdirSync(join(project, "docs"));
    writeFileSync(join(project, "cdktf.json"), "{}");
    expect(projectRoot([outside, join(project, "docs")])).toBe(project);
    expect(projectRoot([outside])).toBe(process.cwd());
  });
});

test.each([
  ["at spaces", "one two three", " ", "one two\nthree"],
  ["at the end of each line of the text", "one\ntwo three four", " ", "one\ntwo\nthree\nfour"],
  ["not within a word", "one twothreefour", " ", "one\ntwothreefour"],
  ["after slashes, where it is asked", "one/two/three", " |(?<=/)", "one/two/\nthree"],
])("a text is wrapped %s", (_, text, end, wrapped) => {
  expect(wrap(text, 8, end)).toBe(wrapped);
});

test("a Markdown table is aligned and escapes vertical lines", () => {
  expect(markdownTable(["name", "MiB"], [["a|b", "1"], ["c"]], [1])).toBe(
    ["| name | MiB |", "| ---- | --: |", "| a\\|b |   1 |", "| c    |     |"].join("\n"),
  );
});

test("characters that a terminal would not show are escaped", () => {
  expect(printable("a\tb\n\u202ec\u00a0d é")).toBe("a\\tb\\n\\u{202e}c\\u{a0}d é");
});
