"""The bundled broker cluster: sans-IO, deterministic, honest."""
