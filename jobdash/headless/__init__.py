"""The same engine without a screen: data on standard output, everything else on standard error."""
