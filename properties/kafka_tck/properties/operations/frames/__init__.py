"""Bytes on connections: frames of every kind, pipelines, how software is named."""
