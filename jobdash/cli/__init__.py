"""The composition root: reads arguments and config, wires the floors together, decides nothing else."""
