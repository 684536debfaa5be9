"""Objects that are made the quick way are what the slow way makes, and as frozen."""

from dataclasses import FrozenInstanceError

import pytest

from jobdash.model.job import JobKey
from jobdash.model.report import JobReport
from jobdash.model.state import State
from jobdash.model.swift import swift
from tests.engine.fake_server import job

A = JobKey("one", "a")


def test_it_is_equal_of_the_same_kind_and_frozen() -> None:
    usual = job(progress=3.0, results=("a",))
    quick = swift(type(usual))(key=A, state=usual.state, native_state=usual.native_state, progress=3.0, results=("a",))
    assert quick == usual
    assert hash(quick) == hash(usual)
    assert type(quick) is type(usual)
    assert repr(quick) == repr(usual)
    with pytest.raises(FrozenInstanceError):
        quick.state = State.FAILED  # type: ignore[misc]


def test_what_is_left_out_is_as_its_class_says() -> None:
    assert swift(JobReport)(job=job()) == JobReport(job=job())


def test_what_is_needed_is_needed() -> None:
    with pytest.raises(TypeError):
        swift(JobReport)()  # type: ignore[call-arg]
