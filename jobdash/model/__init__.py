"""The nouns and verbs of jobdash: frozen values, no I/O, no clock, standard library only."""
