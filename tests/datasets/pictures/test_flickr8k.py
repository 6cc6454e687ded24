import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from keras_rnn.datasets.pictures import flickr8k
from keras_rnn.errors import UserError


def write(folder, captions, pictures=None, file="Flickr8k.token.txt", where="Images"):
    """Make a folder of small pictures, one for each name, with a file of captions."""
    (folder / where).mkdir(exist_ok=True)
    names = {line.split("#")[0] for line in captions} if pictures is None else pictures
    for number, name in enumerate(sorted(names)):
        Image.new("RGB", (6, 4), (40 * number, 0, 0)).save(folder / where / name)
    (folder / file).write_text("\n".join(captions) + "\n", encoding="utf-8")
    return folder


def lines(count, each=2):
    return [f"{n}.jpg#{i}\tA dog , {i} ." for n in range(count) for i in range(each)]


def test_pictures_are_split_with_all_their_captions(tmp_path):
    data = flickr8k.load(write(tmp_path, lines(20)))
    assert len(data) == 20
    assert len(data.texts) == 40
    assert data.captions[0] == ["A dog , 0 .", "A dog , 1 ."]
    assert sorted(path.name for path in data.paths) == sorted(
        f"{number}.jpg" for number in range(20)
    )
    assert [data.places(part) for part in flickr8k.PARTS] == [
        slice(0, 16),
        slice(16, 18),
        slice(18, 20),
    ]
    assert data.paths == flickr8k.load(tmp_path).paths  # always the same split
    assert data.kind == "file"
    assert data.describe() == (
        f"photographs of {tmp_path.name} (file): 20 pictures (16 train, 2 validation, "
        f"2 test) with 40 captions, {tmp_path}"
    )


@pytest.mark.parametrize("where", ["Images", "Flicker8k_Dataset", "."])
@pytest.mark.parametrize("file", ["Flickr8k.token.txt", "captions.txt"])
def test_pictures_and_captions_have_several_places(where, file, tmp_path):
    data = flickr8k.load(write(tmp_path, lines(3), where=where, file=file))
    assert {path.parent for path in data.paths} == {tmp_path / where}
    assert data.parts.tolist() == ["train", "validation", "test"]


def test_lists_of_pictures_tell_the_parts(tmp_path):
    write(tmp_path, lines(5))
    for name, own in (("train", "3 0"), ("dev", "4"), ("test", "1")):
        text = "".join(f"{number}.jpg\n" for number in own.split())
        (tmp_path / f"Flickr_8k.{name}Images.txt").write_text(text)
    data = flickr8k.load(tmp_path)
    assert [path.stem for path in data.paths] == ["3", "0", "4", "1"]
    assert data.parts.tolist() == ["train", "train", "validation", "test"]
    (tmp_path / "Flickr_8k.devImages.txt").write_text("4.jpg\n9.jpg\n")
    with pytest.raises(UserError, match=r"devImages\.txt, line 2: 9\.jpg has no capt"):
        flickr8k.load(tmp_path)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("0.jpg#0 A dog", "'0.jpg#0 A dog'"),  # no tab
        ("0.jpg\tA dog", r"'0.jpg\\tA dog'"),  # no number
        ("0.jpg#3\t ", r"'0.jpg#3\\t '"),  # no caption
    ],
)
def test_a_line_of_another_form_is_named(line, found, tmp_path):
    write(tmp_path, lines(3))
    path = tmp_path / "Flickr8k.token.txt"
    path.write_text("0.jpg#0\tA dog\n\n" + line + "\n")
    expected = (
        f"token.txt, line 3: expected name.jpg#0, a tab and a caption. Found {found}"
    )
    with pytest.raises(UserError, match=expected):
        flickr8k.load(tmp_path)


def test_pictures_and_captions_belong_together(tmp_path):
    write(tmp_path, lines(3))
    (tmp_path / "Images" / "1.jpg").unlink()
    with pytest.raises(
        UserError, match=r"token\.txt, line 3: there is no picture .*1\.j"
    ):
        flickr8k.load(tmp_path)
    write(tmp_path, lines(3), pictures=["0.jpg", "1.jpg", "2.jpg", "x.png"])
    with pytest.raises(UserError, match=r"x\.png has no caption in .*token\.txt\. Add"):
        flickr8k.load(tmp_path)


def test_files_that_are_missing_or_empty_are_named(tmp_path):
    with pytest.raises(UserError, match=r"none is not a folder\. Give one"):
        flickr8k.load(tmp_path / "none")
    with pytest.raises(
        UserError, match=r"has no file of captions: Flickr8k\.token\.txt or"
    ):
        flickr8k.load(tmp_path)
    write(tmp_path, lines(2))
    with pytest.raises(UserError, match=r"has captions of 2 pictures\. Give three"):
        flickr8k.load(tmp_path)
    (tmp_path / "Flickr8k.token.txt").write_text("\n \n")
    with pytest.raises(UserError, match=r"Flickr8k\.token\.txt is empty"):
        flickr8k.load(tmp_path)


def test_a_name_with_a_number_too_much_is_read_as_meant(tmp_path):
    path = tmp_path / "captions.txt"
    path.write_text("a.jpg#0\tOne\na.jpg.1#0\tTwo\nb.v2.png#0\tThree\n")
    captions, numbers = flickr8k.read_captions(path)
    assert captions == {"a.jpg": ["One", "Two"], "b.v2.png": ["Three"]}
    assert numbers == {"a.jpg": 1, "b.v2.png": 3}


def test_the_picture_that_flickr8k_does_not_have_may_be_missing(tmp_path):
    absent = "2258277193_586949ec62.jpg"
    write(
        tmp_path,
        [*lines(3), f"{absent}.1#0\tPeople"],
        pictures=["0.jpg", "1.jpg", "2.jpg"],
    )
    assert len(flickr8k.load(tmp_path)) == 3
    write(tmp_path, [*lines(3), f"{absent}.1#0\tPeople"], pictures=[absent])
    assert len(flickr8k.load(tmp_path)) == 4


@pytest.mark.skipif(
    not os.environ.get("KERAS_RNN_DATA"), reason="KERAS_RNN_DATA is not set"
)
def test_the_captions_of_flickr8k():
    path = Path(os.environ["KERAS_RNN_DATA"], "flickr8k_text", "Flickr8k.token.txt")
    if not path.is_file():
        pytest.skip("KERAS_RNN_DATA has no captions of Flickr8k")
    captions, numbers = flickr8k.read_captions(path)
    assert len(captions) == 8092
    assert np.unique([len(own) for own in captions.values()]).tolist() == [5]
    assert captions["1001773457_577c3a7d70.jpg"][0] == (
        "A black dog and a spotted dog are fighting"
    )
    assert numbers["1001773457_577c3a7d70.jpg"] == 6
