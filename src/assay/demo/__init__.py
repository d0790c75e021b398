"""A real hyper-parameter study on data that comes with scikit-learn: `assay demo`.

It uses what users use, `import assay`, and nothing from the inside.
"""
