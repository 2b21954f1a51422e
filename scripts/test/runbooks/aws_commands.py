"""The AWS CLI's own opinion of a command, without sending anything."""

from __future__ import annotations

import contextlib
import io
import os
import re
from typing import Any

import jmespath
from awscli.botocore.model import OperationModel
from awscli.botocore.utils import ArgumentGenerator
from awscli.clidriver import CLIDriver, create_clidriver
from jmespath.exceptions import JMESPathError
from shell_commands import UNKNOWN

# What version 2 of the CLI has, which people use, and version 1, which a package manager can pin, has not.
# https://docs.aws.amazon.com/cli/latest/reference/logs/tail.html
ONLY_IN_VERSION_2 = {("logs", "tail"): {"--since", "--follow", "--format", "--filter-pattern", "--log-stream-names"}}

SAYS_WHAT = re.compile(
    "error|Invalid choice: |Bad |Unknown|Missing|required|Invalid type|Invalid length|invalid literal", re.IGNORECASE
)
"""The lines of the CLI's usage that name a mistake."""

Tree = dict[str, Any]
"""Of JMESPath's parser."""

NOBODY = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_CONFIG_FILE": os.devnull,
}


LOADED: dict[str, Any] = {}


class Reached(Exception):
    """The command was understood, and its request was about to be sent."""


def mistake_of(arguments: list[str]) -> str | None:
    """What is wrong with ``aws ARGUMENTS``, in the CLI's words; None for nothing."""
    options = ONLY_IN_VERSION_2.get((arguments[0], arguments[1]) if len(arguments) > 1 else ("", ""))
    if options is not None:
        unknown = [word for word in arguments[2:] if word.startswith("--") and word not in options]
        return f"unknown options {unknown}" if unknown else None
    if not any(word.startswith("-") for word in arguments[2:]):
        # The name of a command in a sentence, without what it needs.
        return None if len(arguments) > 1 and exists(arguments[:2]) else said_of(arguments)
    operations: list[OperationModel] = []

    def stop(model: OperationModel, **_: Any) -> None:
        operations.append(model)
        raise Reached

    said = said_of(arguments, stop)
    if not operations:
        return said
    query = value_of("--query", arguments)
    return None if query is None or UNKNOWN in query else mistake_in_query(query, operations[0])


def said_of(arguments: list[str], before_call: Any = None) -> str:
    output = io.StringIO()
    with environment(), contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
        driver = new_driver()
        if before_call is not None:
            driver.session.register("before-call", before_call)
        # The parser ends the process at a mistake.
        with contextlib.suppress(SystemExit):
            driver.main([*arguments, "--no-sign-request"] if before_call else arguments)
    lines = [line for line in output.getvalue().splitlines() if line.strip()]
    errors = [line for line in lines if SAYS_WHAT.search(line)]
    return " ".join((errors or lines)[-2:]) if lines else "nothing would be sent"


def new_driver() -> CLIDriver:
    driver = create_clidriver()
    # Models are large: each is read once.
    loader: Any = driver.session.get_component("data_loader")
    LOADED.setdefault("loader", loader)
    driver.session.register_component("data_loader", LOADED["loader"])
    return driver


def exists(words: list[str]) -> bool:
    with environment():
        service = new_driver()._get_command_table().get(words[0])
        if service is None:
            return False
        table = service.subcommand_table if hasattr(service, "subcommand_table") else service._get_command_table()
        return words[1] in table


def mistake_in_query(query: str, operation: OperationModel) -> str | None:
    """Evaluates the query over an answer of the right shape, which has one of everything, and must find something."""
    try:
        parsed = jmespath.compile(query)
    except JMESPathError as error:
        return f"--query is no JMESPath: {error}"
    shape = operation.output_shape
    answer = {} if shape is None else ArgumentGenerator(use_member_names=True).generate_skeleton(shape)
    parsed.parsed = with_filters_open(parsed.parsed)
    try:
        found = parsed.search(answer)
    except JMESPathError as error:
        return f"--query cannot work on the answer of {operation.name}: {error}"
    return f"--query finds nothing in an answer of {operation.name}: {query}" if is_empty(found) else None


def with_filters_open(node: Tree) -> Tree:
    """Filters let through what has the names that they compare, and indexes take the first: names are left to be wrong."""
    children = [with_filters_open(child) if isinstance(child, dict) else child for child in node["children"]]
    if node["type"] == "filter_projection":
        return {**node, "children": [children[0], children[1], has_names(children[2])]}
    return {**node, "value": 0} if node["type"] == "index" else {**node, "children": children}


def has_names(condition: Tree) -> Tree:
    children = condition["children"]
    match condition["type"]:
        case "and_expression" | "or_expression":
            return {"type": "and_expression", "children": [has_names(child) for child in children]}
        case "comparator" | "not_expression":
            return has_names(children[0])
        case _:
            nothing = {"type": "literal", "value": None, "children": []}
            return {"type": "comparator", "value": "ne", "children": [condition, nothing]}


def is_empty(found: Any) -> bool:
    if isinstance(found, list):
        return not found or any(is_empty(each) for each in found)
    return found is None


def value_of(option: str, arguments: list[str]) -> str | None:
    return arguments[arguments.index(option) + 1] if option in arguments else None


@contextlib.contextmanager
def environment() -> Any:
    before = dict(os.environ)
    for name in [name for name in os.environ if name.startswith("AWS_") and name != "AWS_DATA_PATH"]:
        del os.environ[name]
    os.environ.update(NOBODY)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
