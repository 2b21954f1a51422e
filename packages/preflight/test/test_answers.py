"""The answers with which the tests stand in for AWS are what botocore's models of the services allow."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore.model import Shape
from botocore.utils import parse_timestamp
from botocore.validate import ParamValidator

RECORDED: list[dict[str, Any]] = json.loads((Path(__file__).parent / "answers.json").read_text())


def with_times(value: Any, shape: Shape) -> Any:
    """JSON has no times, so that the members that are times are text."""
    if shape.type_name == "timestamp":
        return parse_timestamp(value)
    if shape.type_name == "structure":
        unknown = set(value) - set(shape.members)
        assert not unknown, f"{shape.name} has no {unknown}"
        return {name: with_times(each, shape.members[name]) for name, each in value.items()}
    if shape.type_name == "list":
        return [with_times(each, shape.member) for each in value]
    if shape.type_name == "string" and shape.enum:
        assert value in shape.enum, f"{shape.name} is none of {shape.enum}"
    return value


@pytest.mark.parametrize("recorded", RECORDED, ids=lambda each: str(each["name"]))
def test_an_answer_has_the_shape_that_its_service_documents(recorded: dict[str, Any]) -> None:
    model = botocore.session.get_session().get_service_model(recorded["service"])
    shape = model.operation_model(recorded["operation"]).output_shape
    report = ParamValidator().validate(with_times(recorded["output"], shape), shape)
    assert not report.has_errors(), report.generate_report()
