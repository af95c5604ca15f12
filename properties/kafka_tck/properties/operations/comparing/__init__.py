"""Requirements without a model: two ways of asking must be answered alike."""
