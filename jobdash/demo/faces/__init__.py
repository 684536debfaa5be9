"""The faces: one file an API. A face translates between its document and the engine, and decides nothing."""
