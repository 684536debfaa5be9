"""Celery through Flower: events tell how a task goes, a result backend how it ended; both are merged.

`ENGINES.md` says what Flower cannot do.
"""
