"""The mapping engine: reads a TOML file that describes an HTTP job API, and speaks that API as a dialect."""

from jobdash.dialects.mapping.load import MappingFactory, load_mapping

__all__ = ["MappingFactory", "load_mapping"]
