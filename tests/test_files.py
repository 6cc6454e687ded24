import os
import signal
import stat

import pytest

from keras_rnn.errors import UserError
from keras_rnn.files import output_folder, replacing, replacing_all, write_text


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def fill_the_disk(monkeypatch):
    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)


def write_half(context, error, *files):
    """Write some text, to the path itself or to files in it, and fail."""
    with context as temporary:
        for path in [temporary / name for name in files] or [temporary]:
            path.write_text("half")
        raise error


# One file


def test_a_file_appears_when_it_is_whole(tmp_path):
    path = tmp_path / "a.json"
    with replacing(path) as temporary:
        temporary.write_text("new")
        assert temporary.suffix == ".json"
        assert temporary.parent == tmp_path
        assert not path.exists()
    assert path.read_text() == "new"
    assert names(tmp_path) == ["a.json"]


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, UserError])
def test_an_error_leaves_what_was_there(error, tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    with pytest.raises(error):
        write_half(replacing(path), error("stop"))
    assert path.read_text() == "old"
    assert names(tmp_path) == ["a.txt"]


def test_a_full_disk_is_the_users_to_mend(tmp_path, monkeypatch):
    path = tmp_path / "a.txt"
    path.write_text("old")
    fill_the_disk(monkeypatch)
    with pytest.raises(UserError) as caught:
        write_text(path, "new")
    assert str(caught.value) == (
        f"Cannot write {path}: No space left on device. Free some space or choose "
        "another folder."
    )
    assert path.read_text() == "old"
    assert names(tmp_path) == ["a.txt"]


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(UserError, match=r"nowhere/a\.txt: No such file or directory"):
        write_text(tmp_path / "nowhere" / "a.txt", "new")


def test_others_may_read_it_as_any_new_file(tmp_path):
    before = os.umask(0o027)
    try:
        write_text(tmp_path / "a.txt", "new")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a.txt").stat().st_mode) == 0o640
    assert os.umask(before) == before


def test_text_is_utf8_without_newline_magic(tmp_path):
    write_text(tmp_path / "a.txt", "°C\n")
    assert (tmp_path / "a.txt").read_bytes() == b"\xc2\xb0C\n"


# Files that belong together


def test_files_appear_together(tmp_path):
    (tmp_path / "a").write_text("old")
    (tmp_path / "other").write_text("stays")
    with replacing_all(tmp_path) as temporary:
        (temporary / "a").write_text("new a")
        (temporary / "b").write_text("new b")
        assert (tmp_path / "a").read_text() == "old"
        assert not (tmp_path / "b").exists()
    assert names(tmp_path) == ["a", "b", "other"]
    assert [(tmp_path / name).read_text() for name in "ab"] == ["new a", "new b"]


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, UserError])
def test_an_error_leaves_all_that_was_there(error, tmp_path):
    (tmp_path / "a").write_text("old")
    with pytest.raises(error):
        write_half(replacing_all(tmp_path), error("stop"), "a", "b")
    assert names(tmp_path) == ["a"]
    assert (tmp_path / "a").read_text() == "old"


def test_a_full_disk_leaves_all_that_was_there(tmp_path):
    (tmp_path / "a").write_text("old")
    full = OSError(28, "No space left on device")
    message = f"Cannot write to the folder {tmp_path}: No space left on device. Free"
    with pytest.raises(UserError, match=message):
        write_half(replacing_all(tmp_path), full, "a")
    assert (tmp_path / "a").read_text() == "old"
    assert names(tmp_path) == ["a"]


@pytest.fixture
def interruptible():
    """Programs that a shell starts in the background ignore Ctrl-C."""
    usual = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield signal.default_int_handler
    signal.signal(signal.SIGINT, usual)


def test_ctrl_c_between_two_files_waits_for_the_second(
    tmp_path, monkeypatch, interruptible
):
    moved, replace = [], os.replace

    def replace_and_interrupt(*paths):
        replace(*paths)
        moved.append(paths)
        os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(os, "replace", replace_and_interrupt)
    context = replacing_all(tmp_path)
    temporary = context.__enter__()
    for name in ("net.c", "net.h"):
        (temporary / name).write_text("new")
    with pytest.raises(KeyboardInterrupt):
        context.__exit__(None, None, None)
    assert len(moved) == 2
    assert names(tmp_path) == ["net.c", "net.h"]
    assert signal.getsignal(signal.SIGINT) is interruptible


def test_a_folder_in_the_way_of_one_file_keeps_both_away(tmp_path):
    (tmp_path / "b").mkdir()
    context = replacing_all(tmp_path)
    temporary = context.__enter__()
    for name in "ab":
        (temporary / name).write_text("new")
    with pytest.raises(UserError, match="b is a folder there"):
        context.__exit__(None, None, None)
    assert names(tmp_path) == ["b"]


def test_one_inside_the_other(tmp_path):
    with replacing_all(tmp_path) as outer:
        (outer / "a").write_text("1")
        with replacing_all(outer) as inner:
            (inner / "b").write_text("2")
        assert names(outer) == ["a", "b"]
        assert names(tmp_path) == [outer.name]
    assert names(tmp_path) == ["a", "b"]


def test_what_a_kill_left_is_removed(tmp_path):
    abandoned = replacing_all(tmp_path)
    temporary = abandoned.__enter__()
    (temporary / "a").write_text("half")
    with replacing_all(tmp_path) as temporary:
        (temporary / "a").write_text("whole")
    assert names(tmp_path) == ["a"]
    assert (tmp_path / "a").read_text() == "whole"
    del abandoned


def test_a_folder_that_cannot_take_files(tmp_path):
    with pytest.raises(UserError, match="Cannot write to the folder"):
        replacing_all(tmp_path / "nowhere").__enter__()


# Folders


def test_a_folder_is_made_and_left_empty(tmp_path):
    folder = output_folder(tmp_path / "a" / "b")
    assert folder == tmp_path / "a" / "b"
    assert names(folder) == []
    (folder / "old").write_text("stays")
    assert names(output_folder(str(folder))) == ["old"]


@pytest.mark.parametrize("path", ["file", "file/below"])
def test_a_file_is_no_folder(path, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match=f"folder .*{path}: .* Give another `folder"):
        output_folder(tmp_path / path)


def test_a_folder_that_cannot_be_written_to():
    with pytest.raises(UserError, match="Cannot write to the folder /proc"):
        output_folder("/proc")
