"""What jobdash measures by itself from what it hears: rates, latencies, the oldest waiting job. No verdicts here."""
