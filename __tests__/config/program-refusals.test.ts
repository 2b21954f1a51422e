import { defineWith, inServers } from "./mistakes/refusal";

const IMAGE = "ami-0123456789abcdef0";

test.each([
  [
    "a program from an unknown place",
    { program: "package" },
    '"package" is not one of the values; write "none", "example" or "image".',
  ],
  [
    "the program of an image without amiId",
    { program: "image" },
    '"image" needs servers.amiId: no image of Amazon\'s has a program; name the image that brings it, or write none or example.',
  ],
  [
    "the example with amiId",
    { program: "example", amiId: IMAGE },
    `"example" would write over the program of ${IMAGE}, because the example service comes with the user data; write image, or none for an image without a program, or remove servers.amiId.`,
  ],
])("refuses %s, with its place and what would be right", (_, servers, sentence) => {
  expect(() => defineWith(inServers(servers))).toThrow(
    new Error(`Environment "example", servers.program: ${sentence}`),
  );
});

test.each([
  ["none by default", {}, "none"],
  ["none with Amazon's own image pinned, which says nothing about a program", { amiId: IMAGE }, "none"],
  ["the example", { program: "example" }, "example"],
  ["the program of an image", { program: "image", amiId: IMAGE }, "image"],
])("takes %s", (_, servers, program) => {
  expect(defineWith(inServers(servers)).servers.program).toBe(program);
});
