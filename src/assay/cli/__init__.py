"""The command line: `assay NOUN VERB`, one module per noun, imported when called."""
