"""Every command of the runbooks and of the README, held against what would run it. Nothing is run here; what can be is run
against the local cloud, in packages/local-cloud/test/deployed/runbooks.test.ts."""

from __future__ import annotations

import re

import command_rules
import project_names
import pytest
from runbook_documents import RUNBOOKS, Code, Document, documents, read
from shell_commands import UNKNOWN, ShellSyntaxError, Variables, commands

DOCUMENTS = documents()
INDEX = read(RUNBOOKS / "README.md")

# Set by something else than the blocks: the shell, the local cloud, the files of a server, python3 before `eval`.
SET_ELSEWHERE = {"PATH", "PWD", "AWS_ENDPOINT_URL", "DATABASE_ALIAS", "PGDBNAME"}

# In capitals, and no placeholder.
WORDS = {"NS", "UTC", "JSON"}
VALUES = {"ENV": "staging", "STACK": "staging", "DOMAIN": "staging.dev-one.it", "N": "20", "ADDRESS": "aws_vpc.a"}


def placeholders() -> set[str]:
    """What the index explains."""
    return set(re.findall(r"^\| `([A-Z]+)` +\|", INDEX.text, re.MULTILINE))


def is_command(code: Code) -> bool:
    return code.language is None and code.text.split()[0] in command_rules.TOOLS and code.text.split()[1:] != []


def mistakes(code: Code, variables: Variables) -> list[str]:
    """What is wrong with a block, or with a command in a sentence."""
    text = code.text
    if code.language is None or code.document == "README.md":
        unknown = set(re.findall(r"(?<![\w$'\"-])[A-Z]+(?![\w'\"=-])", text)) - placeholders() - WORDS
        if unknown:
            return [f"{sorted(unknown)} is explained nowhere"]
        for placeholder in placeholders():
            text = re.sub(rf"(?<![\w$]){placeholder}(?!\w)", VALUES.get(placeholder, UNKNOWN), text)
    try:
        found = commands(text, variables)
    except ShellSyntaxError as error:
        return [str(error)]
    wrong = [mistake for words in found for mistake in [command_rules.mistake_in(words)] if mistake is not None]
    unset = sorted(set(variables.unset) - SET_ELSEWHERE)
    variables.unset.clear()
    return [*wrong, *(f"${name} is set nowhere before" for name in unset), *command_rules.mistakes_in_names(text)]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.path)
def test_every_command_is_one(document: Document) -> None:
    variables = Variables()
    code = [each for each in document.code() if each.language == "sh" or is_command(each)]
    wrong = [f"{each.place}: {mistake}" for each in code for mistake in mistakes(each, variables)]
    assert wrong == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.path)
def test_every_name_and_file_in_a_sentence_exists(document: Document) -> None:
    inline = [code for code in document.code() if code.language is None and not is_command(code)]
    assert [f"{code.place}: {wrong}" for code in inline for wrong in command_rules.mistakes_in_names(code.text)] == []


def test_there_are_commands_to_look_at() -> None:
    counts = {document.path: len(document.blocks()) for document in DOCUMENTS}
    assert counts["docs/runbooks/restore-database.md"] > 8
    assert sum(counts.values()) > 60


def test_the_index_leads_to_every_runbook() -> None:
    linked = set(re.findall(r"\]\(([\w-]+\.md)\)", INDEX.text))
    assert linked == {path.name for path in RUNBOOKS.glob("*.md")} - {"README.md"}


def test_the_index_names_alerts_as_they_are_with_their_entries() -> None:
    rows = dict(re.findall(r"^\| (.+?) +\| (?:pages|ticket|notice) +\| \[[\w-]+\]\((\S+)\)", INDEX.text, re.MULTILINE))
    expected = {re.sub(r"zone-\d", "a zone", title): entry for title, entry in project_names.monitors().items()}
    # Production has it once clients come.
    with_clients = {"No request reaches a server": "application.md#throughput"}
    # A new alert may be missing: its message has the link to its entry.
    assert rows.items() <= (expected | with_clients).items()
    assert len(rows) > 30


OF_ALERTS = {"README.md", "application.md", "data.md", "servers.md", "objectives.md", "paging.md"}
LIFE_CYCLE = sorted({path.name for path in RUNBOOKS.glob("*.md")} - OF_ALERTS)


@pytest.mark.parametrize("name", LIFE_CYCLE)
def test_a_task_says_when_how_to_see_more_what_to_do_and_when_it_is_over(name: str) -> None:
    headings = re.findall(r"^## (.+)$", read(RUNBOOKS / name).prose, re.MULTILINE)
    assert any(heading in ("What it means", "When to do it", "What there is") for heading in headings)
    assert "See more" in headings
    text = read(RUNBOOKS / name).text
    assert any("over" in heading for heading in headings) or text.count("Over when") >= 2


# The checker itself: each of these is wrong in one place.
@pytest.mark.parametrize(
    ("command", "mistake"),
    [
        ("aws rds describe-db-instance", "Invalid choice|valid choices|describe-db-instance"),
        ("aws rdss describe-db-instances --max-items 1", "rdss|choice"),
        ("aws rds describe-db-instances --db-instance-identifer a", "--db-instance-identifer"),
        ("aws autoscaling set-desired-capacity --auto-scaling-group-name a", "--desired-capacity"),
        ("aws autoscaling set-desired-capacity --auto-scaling-group-name a --desired-capacity many", "many"),
        ("aws ec2 describe-volumes --filters Nam=a,Values=b", "Nam"),
        ("aws rds describe-db-instances --max-items 1 --query 'DBInstances[0].Status'", "finds nothing"),
        ("aws rds describe-db-instances --max-items 1 --query \"DBInstances[?Engin=='a'].Engine\"", "finds nothing"),
        ("aws rds describe-db-instances --max-items 1 --query 'DBInstances[0'", "JMESPath|parse|Bad value"),
        ("aws logs tail /aws/rds/proxy/dev-one-staging --sinse 30m", "--sinse"),
        ('aws rds describe-db-proxies --db-proxy-name "$(aws rds describe-db-proxys)"', "describe-db-proxys"),
        ("aws rds describe-db-proxies --db-proxy-name dev-one-$ENV", r"\$ENV is set nowhere"),
        ("aws rds describe-db-proxies --db-proxy-name dev-one-stagin", "nothing is called dev-one-stagin"),
        ("f() { terraform plan -out=$1 -var=a=$3; }; f a b", r"\$3 of f is set nowhere"),
        ('f() { echo "${2}" "$(cat <<< "$1")"; }; g() { f a; }', r"\$2 of f is set nowhere"),
        ("f() { g() { echo $2; }; g a; }; f a b", r"\$2 of g is set nowhere"),
        ("echo $1", r"\$1 is set nowhere"),
        ("terraform plane", "no command plane"),
        ("terraform state remove a", "no command state remove"),
        ("terraform plan -outfile=a", "no option -outfile"),
        ("npm run synthesize", "no script synthesize"),
        ("npm start -- --kepe", "no option --kepe"),
        ("npm run bootstrap -- prod", "needs one of"),
        ("npx cdktf deplay staging", "no command deplay"),
        ("npx cdktf deploy stage", "no stack stage"),
        ("npx cdktf deploy staging --auto-aprove", "no option --auto-aprove"),
        ("node scripts/run.mjss", "no file"),
        ("cat scripts/run.mjss/x", "does not exist"),
        ("journalclt -u nginx", "journalclt is no program"),
        ("for each in a b; do echo; don", "no shell"),
        ("echo 'open", "no shell"),
    ],
)
def test_a_mistake_is_found(command: str, mistake: str) -> None:
    found = mistakes(Code("a.md", 1, "", command, "sh"), Variables())
    assert re.search(mistake, "\n".join(found)), found


@pytest.mark.parametrize(
    "command",
    [
        'ENV=staging; aws rds describe-db-proxies --db-proxy-name "dev-one-$ENV" --query "DBProxies[0].Status"',
        "aws rds describe-db-instances --max-items 1 --query \"DBInstances[?Engine=='a'].Engine | [0]\"",
        "until aws rds wait db-instance-available --db-instance-identifier a; do sleep 1; done",
        "f() { terraform -chdir=x plan -out=$1; }; f a",
        'f() { echo "$1" "${2:-none}" $# "$0"; }; f a',
        'f() { echo "$1" "$2"; }; g() { f "$@"; }; g a b',
        "f() { g() { echo $2; }; g a b; }; f",
    ],
)
def test_what_is_right_is_let_through(command: str) -> None:
    assert mistakes(Code("a.md", 1, "", command, "sh"), Variables()) == []


def test_a_placeholder_without_an_explanation_is_found() -> None:
    assert mistakes(Code("a.md", 1, "", "aws rds describe-db-proxies --db-proxy-name WHICH", None), Variables()) == [
        "['WHICH'] is explained nowhere"
    ]
