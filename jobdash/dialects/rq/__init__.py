"""RQ through rq-dashboard, whose pages after the first overlap and whose details fail (500) on much that is in order.

`ENGINES.md` says what rq-dashboard cannot do.
"""
