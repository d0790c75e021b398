"""The promises of assay, measured side by side with peers. Run `python -m benchmarks`."""
