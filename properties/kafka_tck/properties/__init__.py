"""The conformance suite, a pytest plug-in."""
