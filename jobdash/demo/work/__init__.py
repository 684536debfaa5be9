"""The kinds of work, one file each. All of it is real: real files in, real results or real errors out."""
