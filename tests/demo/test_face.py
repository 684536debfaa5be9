"""What all faces share: an unforeseen error is JSON in the API's own form and tells nothing of the inside."""

from __future__ import annotations

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from jobdash.demo.faces.face import face_app
from jobdash.demo.faces.jobstatus import error_form


async def test_an_unforeseen_error_is_500_in_the_api_s_own_form() -> None:
    async def broken(_: Request) -> Response:
        raise RuntimeError("a secret of the inside")

    transport = httpx.ASGITransport(face_app([Route("/", broken)], error_form), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://demo") as client:
        answer = await client.get("/")
        wrong_method = await client.post("/")
    assert answer.status_code == 500
    assert answer.json() == {"error": "Internal server error", "details": "RuntimeError"}
    assert (wrong_method.status_code, wrong_method.json()) == (405, {"error": "Method Not Allowed"})


@pytest.mark.parametrize("body", [b'{"input": "\\ud800"}', b'{"input": NaN}', b"\xff", b"3"])
def test_a_body_that_no_answer_could_repeat_is_refused(filelens: httpx.Client, body: bytes) -> None:
    answer = filelens.post("/preview/async", content=body)
    assert answer.status_code == 400
    assert answer.json()["message"] == "The request body must be a JSON object"
