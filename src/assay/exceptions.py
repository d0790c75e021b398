"""The names under which code written for MLflow catches errors: `mlflow.exceptions.MlflowException`."""

from assay.errors import AssayError

MlflowException = AssayError
RestException = AssayError

__all__ = ["MlflowException", "RestException"]
