"""What looks like a secret never gets into a recording, and that it was there is told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.client.capture.secrets import (
    is_secret_file,
    redact,
    redact_arguments,
    redact_text,
    redact_variables,
)

# Put together here, so that no scanner takes this file for a leak.
SECRETS = {
    "AWS key": "AKIA" + "IOSFODNN7EXAMPLE",
    "GitHub token": "ghp_" + "a1B2" * 9,
    "GitLab token": "glpat-" + "x" * 20,
    "Slack token": "xoxb-" + "123456789012",
    "Google key": "AIza" + "b" * 35,
    "API key": "sk-" + "c" * 40,
    "Hugging Face token": "hf_" + "d" * 34,
    "web token": ".".join(["eyJhbGciOiJIUzI1", "eyJzdWIiOiIxMjM0NTY3", "c2lnbmF0dXJlMTIz"]),
    "storage key": "AccountKey=" + "e" * 40,
    "private key": "-----BEGIN RSA " + "PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----",
}


@pytest.mark.parametrize("kind", SECRETS)
def test_a_known_kind_of_key_is_withheld_and_named(kind):
    text, found = redact_text(f"before {SECRETS[kind]} after")
    assert text == f"before [withheld: {kind}] after"
    assert found == [kind]


def test_the_password_in_an_address_is_withheld():
    text, found = redact_text("postgresql://me:hunter2@db/runs")
    assert text == "postgresql://me:[withheld: password]@db/runs"
    assert found == ["password"]


@pytest.mark.parametrize("name", ["password", "API_KEY", "client_secret", "hf-token"])
def test_a_value_that_is_assigned_to_a_secret_name_is_withheld(name):
    text, found = redact_text(f'{name} = "correcthorse"')
    assert "correcthorse" not in text
    assert found == ["value"]


@pytest.mark.parametrize("text", ['token = "${HF_TOKEN_NAME}"', "token_count = 12", "keys: 3"])
def test_what_only_speaks_of_secrets_stays(text):
    assert redact_text(text) == (text, [])


@given(st.binary())
def test_redacting_twice_changes_nothing_more(content):
    once, _ = redact(content)
    assert redact(once)[0] == once


def test_arguments_after_a_secret_name_are_withheld():
    shown, found = redact_arguments(["train.py", "--api-key", "abc", "--token=xyz", "--lr", "0.1"])
    assert shown == [
        "train.py",
        "--api-key",
        "[withheld: argument]",
        "--token=[withheld: argument]",
        "--lr",
        "0.1",
    ]
    assert len(found) == 2


def test_variables_keep_their_names_and_lose_secret_values():
    shown, withheld = redact_variables({"WANDB_API_KEY": "abc", "TZ": "UTC"})
    assert shown == {"WANDB_API_KEY": "[withheld]", "TZ": "UTC"}
    assert withheld == ["WANDB_API_KEY"]


@pytest.mark.parametrize("name", [".env", "id_rsa", "server.pem", "credentials.json", ".netrc"])
def test_files_that_hold_keys_are_known_by_name(name):
    assert is_secret_file(name)


@pytest.mark.parametrize("name", ["train.py", "secrets.py", "keys.txt"])
def test_other_files_are_not(name):
    assert not is_secret_file(name)
