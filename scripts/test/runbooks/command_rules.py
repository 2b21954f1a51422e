"""What is wrong with a command of a runbook, in one sentence; None for nothing."""

from __future__ import annotations

import re

import aws_commands
import project_names
from runbook_documents import ROOT, RUNBOOKS

# Programs that every Linux or macOS has, and the shell's own words.
SHELL = (
    ". [ bash cat cd command cp curl cut dig echo eval export getent grep head journalctl ls mkdir openssl python3 "
    "read rm sleep sort tail timeout top uniq wc"
).split()
# What is on our servers beside these, by Amazon Linux or by us.
SERVER = "datadog-agent dev-one-database dnf free pidstat ps psql sar ss systemctl awk".split()
TOOLS = ("aws", "terraform", "npm", "npx", "node")
OURS_BY_FILE = re.compile(r"(?:src|packages|scripts|docs|__tests__|\.github)/[\w./-]*\w")

NPM_ITSELF = ("ci", "install", "uninstall")


def mistake_in(words: list[str]) -> str | None:
    program, *arguments = words
    match program:
        case "aws":
            return aws_commands.mistake_of(arguments)
        case "terraform":
            return mistake_in_terraform(arguments)
        case "npm":
            return mistake_in_npm(arguments)
        case "npx":
            return mistake_in_cdktf(arguments)
        case "node":
            return None if arguments and (ROOT / arguments[0]).is_file() else f"there is no file {arguments[:1]}"
        case "sudo":
            return mistake_in([word for word in arguments if word not in ("-u", "dd-agent")]) if arguments else "sudo what?"
        case _:
            return None if program in SHELL or program in SERVER else f"{program} is no program that a runbook may use"


def mistake_in_terraform(arguments: list[str]) -> str | None:
    rest = [word for word in arguments if not word.startswith("-chdir=")]
    command = tuple(rest[:2] if rest[:1] in (["state"], ["providers"]) else rest[:1])
    answer = project_names.help_of_terraform(*command)
    if answer is None:
        return f"terraform has no command {' '.join(command)}"
    if command in (("apply",), ("destroy",)):
        # They take the options of a plan, which their help only refers to.
        answer += project_names.help_of_terraform("plan") or ""
    for option in [word.split("=")[0] for word in rest if word.startswith("-")]:
        if re.search(rf"^\s+{re.escape(option)}\b", answer, re.MULTILINE) is None:
            return f"terraform {' '.join(command)} has no option {option}"
    return None


def mistake_in_npm(arguments: list[str]) -> str | None:
    words, ours = split_at(arguments, "--")
    words = [word for word in words if word not in ("-s", "--silent")]
    if words[:1] and words[0] in NPM_ITSELF:
        return None
    script = words[1] if words[:1] == ["run"] and len(words) > 1 else "".join(words[:1])
    if script not in project_names.scripts() or (words[0] != "run" and script not in ("start", "test")):
        return f"package.json has no script {script}"
    for option in [word for word in ours if word.startswith("--")]:
        if re.search(rf"(?<!\S){re.escape(option)}\b", project_names.help_of_script(script)) is None:
            return f"npm run {script} has no option {option}"
    if script == "bootstrap" and ours and not set(project_names.ENVIRONMENTS) & set(ours):
        return f"npm run bootstrap needs one of {project_names.ENVIRONMENTS}"
    return None


def mistake_in_cdktf(arguments: list[str]) -> str | None:
    if arguments[:1] != ["cdktf"] or len(arguments) < 2:
        return "npx starts nothing but cdktf here"
    command, *rest = arguments[1:]
    answer = project_names.help_of_cdktf(command)
    # An alias answers with the help of what it stands for, anything unknown with that of cdktf itself.
    if not answer.startswith("cdktf "):
        return f"cdktf has no command {command}"
    stacks = rest
    for index, word in enumerate(rest):
        if word.startswith("-"):
            stacks = stacks[: min(len(stacks), index)]
            if re.search(rf"(?<!\S){re.escape(word.split('=')[0])}\b", answer) is None:
                return f"cdktf {command} has no option {word}"
    unknown = [stack for stack in stacks if stack not in project_names.stacks()]
    return f"there is no stack {unknown[0]}" if unknown else None


def mistakes_in_names(code: str) -> list[str]:
    """Names of ours and files of ours that do not exist."""
    wrong = [f"{path} does not exist" for path in OURS_BY_FILE.findall(code) if not exists(path)]
    for environment in project_names.ENVIRONMENTS:
        text = re.sub(r"\$\{?ENV\}?|ENV", environment, code)
        # The shell ends a name where a variable begins: what follows is known to AWS only.
        wrong += [f"nothing is called {name}" for name in re.findall(r"dev-one[-/][\w/-]*\w", text) if not is_name(name)]
    return wrong


def exists(path: str) -> bool:
    return any((base / path).exists() for base in (ROOT, RUNBOOKS))


# What a runbook itself makes of a name of ours.
MADE = re.compile(r"-(restored|before|before-final)$")


def is_name(name: str) -> bool:
    plain = MADE.sub("", name)
    # Below /etc and /opt of a server: what it writes itself, and a service's program (docs/services.md).
    others = name in ("dev-one/environment", "dev-one/service/run")
    return others or any(known == plain or known.startswith((f"{plain}-", f"{plain}/")) for known in project_names.names())


def split_at(words: list[str], separator: str) -> tuple[list[str], list[str]]:
    if separator not in words:
        return words, []
    index = words.index(separator)
    return words[:index], words[index + 1 :]
