"""A stand-in for the client: gives the recorded answers, or a fault, and remembers what was asked. No network."""

from collections import Counter

from jobdash.client.dialect import Answer, Dialect, Request, quote_id
from jobdash.client.refusal import refusal
from jobdash.dialects.compliance.payloads import Exchange, Payloads
from jobdash.model.errors import NotFound, ServerError
from jobdash.model.job import Json


class Recorded:
    """The `Ask` of one dialect. An exchange that was recorded more than once is answered in that order.

    `fault` replaces the body of one exchange, `error` is raised instead of any answer, and `id` is asked about
    in place of the recorded job.
    """

    def __init__(
        self,
        payloads: Payloads,
        dialect: Dialect,
        *,
        fault: tuple[Exchange, Json] | None = None,
        error: ServerError | None = None,
        id: str | None = None,
    ) -> None:
        self.requests: list[Request] = []
        self.used: list[Exchange] = []
        self._payloads = payloads
        self._dialect = dialect
        self._fault = fault
        self._error = error
        self._told: Counter[str] = Counter()
        self._other = None if id is None else (quote_id(id), quote_id(payloads.id))

    async def __call__(self, request: Request) -> Answer:
        self.requests.append(request)
        if self._error is not None:
            raise self._error
        exchange = self._exchange(request)
        self.used.append(exchange)
        body = exchange.body
        if self._fault is not None and self._fault[0] is exchange:
            body = self._fault[1]
        if not 200 <= exchange.status < 300:
            words = self._dialect.error_message(exchange.status, body)
            raise refusal(exchange.status, exchange.headers, words, credentials=True)
        url = f"http://recorded/{request.path.lstrip('/')}"
        return Answer(status=exchange.status, body=body, url=url, headers=exchange.headers)

    def _exchange(self, request: Request) -> Exchange:
        usual = self._as_recorded(request)
        found = [exchange for exchange in self._payloads.exchanges if exchange.answers(usual)]
        if not found:
            raise NotFound(f"{request.method} {request.path} was not recorded", status=404)
        most = max(len(exchange.query) for exchange in found)
        best = [exchange for exchange in found if len(exchange.query) == most]
        turn = f"{usual.method} {usual.path} {most}"
        self._told[turn] += 1
        return best[min(self._told[turn], len(best)) - 1]

    def _as_recorded(self, request: Request) -> Request:
        if self._other is None:
            return request
        asked, recorded = self._other
        return Request(path=request.path.replace(asked, recorded), method=request.method, query=request.query)
