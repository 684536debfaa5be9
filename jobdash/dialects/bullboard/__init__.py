"""BullMQ through bull-board. Ids are unique in a queue only, so a job is `queue/id` here, the queue percent-encoded.

`ENGINES.md` says what bull-board cannot do.
"""
