"""Traces of the specification, played on brokers: does what a model may do really happen?"""
