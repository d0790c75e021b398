"""Collects what a reference client saw, and prints it as JSON for the test that started it."""

import json
import os
import sys
import uuid

from mlflow import MlflowClient
from mlflow.exceptions import MlflowException


class Facts(dict):
    """Facts by name, in the order they were found."""

    def error(self, name, act):
        """Note the error that `act` ends with, or None when it succeeds."""
        try:
            act()
        except MlflowException as error:
            message = error.message.split("\n\n")[0]
            self[name] = {"code": error.error_code, "message": message}
        else:
            self[name] = None


def collect(record):
    """Give `record` a client for the server named on the command line and print its facts."""
    facts = Facts()
    client = MlflowClient(tracking_uri=os.environ["MLFLOW_TRACKING_URI"])
    record(facts, client)
    sys.stdout.write("\n" + json.dumps(facts) + "\n")


def fresh(prefix):
    """Return a name that no other script uses."""
    return f"{prefix}-{uuid.uuid4().hex[:12]}"
