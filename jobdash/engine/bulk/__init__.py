"""One action on many jobs: what will be done, how it is carried out, and what became of each."""
