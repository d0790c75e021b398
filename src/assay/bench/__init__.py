"""Measuring assay on this machine, and beside another tracking server: `assay bench`.

It stands above both towers, as the command line does, because it measures both from outside. What
`benchmarks/` measures for the promises is larger, takes longer, and is not part of the package.
"""
