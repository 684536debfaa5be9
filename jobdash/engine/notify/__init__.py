"""Who is told of alerts, when, and through what. Nothing here decides what an alert is."""
