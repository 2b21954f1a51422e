"""Shell, parsed: the commands of a text with their words, as the shell would pass them on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import tree_sitter_bash
from tree_sitter import Language, Node, Parser

PARSER = Parser(Language(tree_sitter_bash.language()))

UNKNOWN = "1" * 20
"""For what only a running shell knows, such as the output of a command: long enough for an ARN, and a number."""


ALWAYS_SET = {"0", "@", "*", "#", "?"}


class ShellSyntaxError(Exception):
    pass


@dataclass
class Variables:
    """What the text so far has set, and what it has used without setting it."""

    values: dict[str, str] = field(default_factory=dict)
    unset: list[str] = field(default_factory=list)
    functions: dict[str, set[int]] = field(default_factory=dict)
    """The parameters that each function cannot do without."""
    depth: int = 0
    """In how many functions the text is."""

    def use(self, name: str) -> str:
        is_parameter = name.isdigit() and self.depth > 0
        if name not in self.values and name not in ALWAYS_SET and not is_parameter:
            self.unset.append(name)
        return self.values.get(name, UNKNOWN)


def commands(text: str, variables: Variables) -> list[list[str]]:
    """The commands of a text, those within substitutions, loops and functions included, in its order.

    :param variables: is used for expansions, and knows afterwards what the text set
    :raises ShellSyntaxError: with the first line that is no shell
    """
    tree = PARSER.parse(text.encode())
    if tree.root_node.has_error:
        raise ShellSyntaxError(f"no shell: {first_error(tree.root_node)}")
    functions = (node for node in walk(tree.root_node) if node.type == "function_definition")
    variables.functions |= {text_of(node.child_by_field_name("name")): parameters(node) for node in functions}
    found = list(read(tree.root_node, variables))
    return [words for words in found if words[0] not in variables.functions]


def read(node: Node, variables: Variables) -> Iterator[list[str]]:
    if node.type == "variable_assignment":
        name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        for child in node.children:
            yield from read(child, variables)
        variables.values[text_of(name)] = "" if value is None else word(value, variables)
        return
    if node.type == "for_statement":
        values = node.children_by_field_name("value")
        name = text_of(node.child_by_field_name("variable"))
        variables.values[name] = word(values[0], variables) if values else UNKNOWN
    variables.depth += node.type == "function_definition"
    for child in node.children:
        yield from read(child, variables)
    variables.depth -= node.type == "function_definition"
    if node.type == "command":
        name = node.child_by_field_name("name")
        if name is None:
            return
        arguments = node.children_by_field_name("argument")
        words = [word(name, variables)]
        for argument in arguments:
            value = word(argument, variables)
            # An option in a variable, unquoted, is as many words as it holds.
            words += value.split() if argument.type == "simple_expansion" else [value]
        # How many are passed on by "$@" is not known.
        if not any(text_of(each) in ("@", "*") for argument in arguments for each in walk(argument)):
            needed = variables.functions.get(words[0], set())
            variables.unset += [f"{number} of {words[0]}" for number in sorted(needed) if number >= len(words)]
        if words[0] == "read":
            variables.values.update({name: UNKNOWN for name in words[1:] if not name.startswith("-")})
        yield words


def parameters(function: Node) -> set[int]:
    """By number. One with a default can be done without. No runbook may use `shift`, which would change them."""
    expansions = [node for node in inside(function) if node.type in ("simple_expansion", "expansion")]
    names = [text_of(node).strip("${}") for node in expansions]
    return {int(name) for name in names if name.isdigit() and name != "0"}


def inside(function: Node) -> Iterator[Node]:
    """What is in a function and in none that it defines."""
    for child in function.children:
        yield child
        if child.type != "function_definition":
            yield from inside(child)


def word(node: Node, variables: Variables) -> str:
    """The value of one word."""
    match node.type:
        case "ansi_c_string":
            return text_of(node)[2:-1]
        case "raw_string":
            return text_of(node)[1:-1]
        case "string" | "concatenation" | "command_name":
            return "".join(parts(node, variables))
        case "simple_expansion" | "expansion":
            kinds = ("variable_name", "special_variable_name")
            names = [text_of(child) for child in node.named_children if child.type in kinds]
            return "".join(variables.use(name) for name in names) if names else UNKNOWN
        case "command_substitution" | "process_substitution":
            return UNKNOWN
        case _:
            return text_of(node).replace("\\\n", "").replace("\\", "")


def parts(node: Node, variables: Variables) -> Iterator[str]:
    """The parts of a word, and what stands between them."""
    source, position = node.text or b"", node.start_byte
    is_string = node.type == "string"
    end = node.end_byte - (1 if is_string else 0)
    position += 1 if is_string else 0
    for child in node.named_children:
        yield unescaped(source[position - node.start_byte : child.start_byte - node.start_byte])
        yield unescaped(child.text or b"") if child.type == "string_content" else word(child, variables)
        position = child.end_byte
    yield unescaped(source[position - node.start_byte : end - node.start_byte])


def unescaped(source: bytes) -> str:
    text = source.decode().replace("\\\n", "")
    for escaped in '`"$\\':
        text = text.replace(f"\\{escaped}", escaped)
    return text


def walk(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from walk(child)


def first_error(root: Node) -> str:
    node = next(each for each in walk(root) if each.is_error or each.is_missing)
    return (text_of(node) or text_of(node.parent)).split("\n")[0]


def text_of(node: Node | None) -> str:
    return "" if node is None or node.text is None else node.text.decode()
