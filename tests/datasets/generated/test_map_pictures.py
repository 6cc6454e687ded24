import numpy as np
import pytest
from PIL import Image

from keras_rnn.datasets.generated.map_pictures import (
    GROUND,
    KINDS,
    WALL,
    content,
    draw_maps,
    name_of,
    read_map,
    tiles,
)
from keras_rnn.errors import UserError


def every_kind():
    """A map with each shape, some walls and ground."""
    grid = np.full(36, GROUND)
    grid[: len(KINDS)] = np.arange(len(KINDS)) + 2
    grid[-3:] = WALL
    return grid.reshape(6, 6)


def save(path, grid, start=None, cell=24):
    starts = None if start is None else [start]
    Image.fromarray(draw_maps(grid[None], cell, starts)[0]).save(path)
    return path


def test_contents_have_names_of_their_own():
    names = [name_of(number) for number in range(len(tiles()))]
    assert names[:3] == ["ground", "wall", "red circle"]
    assert len(set(names)) == 26
    assert name_of(content("blue", "cross")) == "blue cross"


def test_cells_are_drawn_where_they_lie():
    grid = np.zeros((1, 2, 2), int)
    grid[0, 0, 1], grid[0, 1, 0] = WALL, content("green", "square")
    picture = draw_maps(grid, cell=10, starts=[3])[0]
    assert picture.shape == (20, 20, 3)
    assert picture[5, 5].tolist() == [236, 236, 236]
    assert (picture[:10, 10:] == 96).all()
    assert picture[15, 5].tolist() == [30, 160, 50]
    # A frame around the start, one pixel in ten wide.
    assert (picture[10, 10:] == (255, 120, 0)).all()
    assert picture[11, 11].tolist() == [236, 236, 236]
    assert not (tiles(10) == (255, 120, 0)).all(axis=-1).any()


@pytest.mark.parametrize("cell", [8, 10, 12, 24, 50])
@pytest.mark.parametrize("start", [0, 13, 30])
def test_a_picture_of_any_size_is_read_back(tmp_path, cell, start):
    path = save(tmp_path / "map.png", every_kind(), start, cell)
    grid, found = read_map(path, 6)
    assert found == start
    np.testing.assert_array_equal(grid, every_kind())


def test_other_formats_and_modes_are_read(tmp_path):
    picture = Image.open(save(tmp_path / "map.png", every_kind(), 7, 32))
    picture.convert("RGBA").save(tmp_path / "map.webp", lossless=True)
    picture.save(tmp_path / "map.jpg", quality=95)
    for name in ("map.webp", "map.jpg"):
        grid, start = read_map(tmp_path / name, 6)
        assert start == 7
        np.testing.assert_array_equal(grid, every_kind())


def test_what_is_no_map_is_refused(tmp_path):
    noise = np.random.default_rng(0).integers(0, 256, (37, 100, 3), "uint8")
    Image.fromarray(noise).save(tmp_path / "noise.png")
    wanted = r"noise\.png is no map of 6 by 6 cells: row 1, column 1 shows neither"
    with pytest.raises(UserError, match=wanted):
        read_map(tmp_path / "noise.png", 6)
    # A map of another number of cells.
    save(tmp_path / "map.png", every_kind(), 0)
    with pytest.raises(UserError, match=r"map\.png is no map of 5 by 5 cells"):
        read_map(tmp_path / "map.png", 5)


def test_missing_and_damaged_files_are_named(tmp_path):
    with pytest.raises(UserError, match=r"Cannot read .*none\.png: No such file"):
        read_map(tmp_path / "none.png", 6)
    content = save(tmp_path / "map.png", every_kind(), 0).read_bytes()
    (tmp_path / "half.png").write_bytes(content[: len(content) // 2])
    with pytest.raises(UserError, match=r"half\.png is damaged"):
        read_map(tmp_path / "half.png", 6)
    (tmp_path / "text.png").write_text("no picture")
    with pytest.raises(UserError, match=r"text\.png is no picture"):
        read_map(tmp_path / "text.png", 6)


def test_a_map_has_one_start(tmp_path):
    save(tmp_path / "map.png", every_kind())
    with pytest.raises(UserError, match=r"map\.png has 0 starts. Draw an orange frame"):
        read_map(tmp_path / "map.png", 6)
    both = draw_maps(every_kind()[None], 8, [0])[0]
    both[:, 8:] = draw_maps(every_kind()[None], 8, [1])[0][:, 8:]
    Image.fromarray(both).save(tmp_path / "two.png")
    with pytest.raises(UserError, match=r"two\.png has 2 starts"):
        read_map(tmp_path / "two.png", 6)


def test_a_start_without_a_way_is_refused(tmp_path):
    grid = np.full((6, 6), GROUND)
    grid[0, 1] = grid[1, 0] = WALL
    path = save(tmp_path / "map.png", grid, 0)
    with pytest.raises(UserError, match=r"map\.png: no route leads anywhere"):
        read_map(path, 6)
    assert read_map(save(tmp_path / "map.png", grid, 2), 6)[1] == 2
