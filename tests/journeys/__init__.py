"""From a key to a server and back to a cell: the whole of jobdash against the demo's real process."""
