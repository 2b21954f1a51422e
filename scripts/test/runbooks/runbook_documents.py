"""The runbooks and the README as what a person would paste: blocks of shell, and commands in the middle of a sentence.

``python runbook_documents.py zone-lost.md`` writes the blocks of a runbook as JSON, for tests in other languages.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
RUNBOOKS = ROOT / "docs" / "runbooks"

FENCE = re.compile(r"^(?P<indent> *)```(?P<language>\S*)[^\n]*\n(?P<text>.*?)^(?P=indent)```$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"(?<!`)`([^`]+)`(?!`)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Code:
    """Something in a document that is written as code."""

    document: str
    """Path below the project, such as ``docs/runbooks/data.md``."""
    line: int
    heading: str
    """The nearest heading above."""
    text: str
    language: str | None
    """Of a block; None for code in a sentence."""

    @property
    def place(self) -> str:
        return f"{self.document}:{self.line}"


@dataclass(frozen=True)
class Document:
    path: str
    text: str

    @property
    def prose(self) -> str:
        """Without its blocks, on the same lines."""
        return FENCE.sub(lambda block: re.sub(r"[^\n]", " ", block[0]), self.text)

    def code(self) -> list[Code]:
        """All code, in the order of the document."""
        return sorted([*self._blocks(), *self._inline()], key=lambda code: code.line)

    def blocks(self) -> list[Code]:
        """What can be pasted into a shell."""
        return [code for code in self.code() if code.language == "sh"]

    def _blocks(self) -> Iterator[Code]:
        for match in FENCE.finditer(self.text):
            indent = len(match["indent"])
            text = "".join(line[indent:] if line[:indent].isspace() else line for line in match["text"].splitlines(True))
            yield self._code(match.start(), text if indent else match["text"], match["language"])

    def _inline(self) -> Iterator[Code]:
        prose = self.prose
        for match in INLINE.finditer(prose):
            yield self._code(match.start(), re.sub(r"\s*\n\s*", " ", match[1]), None)

    def _code(self, start: int, text: str, language: str | None) -> Code:
        above = [match[1] for match in HEADING.finditer(self.prose, 0, start)]
        line = self.text.count("\n", 0, start) + 1
        return Code(self.path, line, above[-1] if above else "", text, language)


def read(path: Path) -> Document:
    return Document(path.relative_to(ROOT).as_posix(), path.read_text("utf-8"))


def documents() -> list[Document]:
    """Everything whose commands are read by the tests."""
    return [read(path) for path in [ROOT / "README.md", *sorted(RUNBOOKS.glob("*.md"))]]


if __name__ == "__main__":
    json.dump([asdict(block) for block in read(RUNBOOKS / sys.argv[1]).blocks()], sys.stdout)
