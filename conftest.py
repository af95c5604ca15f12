"""Loads the suite's plug-in where the project runs from a bare clone."""

pytest_plugins = ["kafka_tck.properties.plugin"]
