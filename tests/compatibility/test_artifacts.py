import pytest

pytestmark = pytest.mark.compatibility


def test_listing_shows_one_level_with_sizes(facts):
    assert facts["nothing_yet"] == []
    assert facts["root"] == [["big.bin", False, 3_000_000], ["sub", True, None]]
    assert facts["deep"] == [["sub/deep/some text.txt", False, 4]]
    assert [entry[:2] for entry in facts["sub"]] == [
        ["sub/big.bin", False],
        ["sub/deep", True],
        ["sub/empty.txt", False],
    ]


def test_listing_a_file_or_nothing_is_empty(facts):
    assert facts["missing_folder"] == []
    assert facts["a_file"] == []


def test_download_gives_back_the_same_bytes(facts):
    assert facts["same_bytes"]
    assert facts["one_file"]
    assert facts["same_text"] == "text"
    assert facts["empty_file"] == 0


def test_missing_file_is_told_at_once(facts):
    assert facts["missing_file"] != "found"
    assert facts["missing_is_quick"]


def test_upload_overwrites(facts):
    assert facts["overwritten"] == "second"


def test_names_may_be_of_any_script(facts):
    assert facts["unicode_listed"]


def test_text_dictionaries_and_images(facts):
    assert facts["content"] == ["d.json", "d.yaml", "image.png", "notes"]
    assert facts["load_text"] == "a\nb"
    assert facts["load_dict"] == {"a": [1, 2]}


def test_keyed_images_are_stored_twice(facts):
    assert facts["images"] == [".png", ".webp"]
    assert facts["image_tag"] == "True"


def test_tables_grow_and_are_loaded_again(facts):
    assert facts["table"] == {"a": [1, 2], "b": ["x", "y"]}
    assert facts["table_tag"] == '[{"path": "t.json", "type": "table"}]'


def test_fluent_artifacts(facts):
    assert facts["artifact_uri"]
    assert facts["fluent"] == "hello"
    assert facts["fluent_list"] == ["hello.txt"]
