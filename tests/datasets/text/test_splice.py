import pytest

from keras_rnn.datasets.text import splice
from keras_rnn.errors import UserError

LINE = "EI,ATRINS-DONOR-521," + "ACGT" * 15


def test_the_real_sequences(real_data):
    data = splice.load(str(real_data("splice/splice_seq.csv")))
    assert len(data.texts) == 3_190
    assert [int((data.labels == n).sum()) for n in range(3)] == [767, 768, 1_655]
    assert {len(text) for text in data.texts} == {60}
    assert {letter for text in data.texts for letter in text} == set("ACGTDNRS")


def test_most_real_donors_have_gt_behind_the_middle(real_data):
    data = splice.load(str(real_data("splice/splice_seq.csv")))
    donors = [t for t, n in zip(data.texts, data.labels, strict=True) if n == 0]
    acceptors = [t for t, n in zip(data.texts, data.labels, strict=True) if n == 1]
    assert sum(t[30:32] == "GT" for t in donors) > 0.95 * len(donors)
    assert sum(t[28:30] == "AG" for t in acceptors) > 0.95 * len(acceptors)


def test_the_sample_has_the_same_marks_nine_times_in_ten():
    data = splice.sample(4000)
    donors = [t for t, n in zip(data.texts, data.labels, strict=True) if n == 0]
    acceptors = [t for t, n in zip(data.texts, data.labels, strict=True) if n == 1]
    # 0.9 consensus + 0.1 chance of a quarter, twice
    expected = 0.925**2
    assert sum(t[30:32] == "GT" for t in donors) / len(donors) == pytest.approx(
        expected, abs=0.03
    )
    assert sum(t[28:30] == "AG" for t in acceptors) / len(acceptors) == pytest.approx(
        expected, abs=0.03
    )


def test_with_or_without_a_header(tmp_path):
    others = [LINE.replace("EI", "IE"), LINE.replace("EI", "N")]
    for header in ([], ["class,name,sequence"]):
        path = tmp_path / "splice.csv"
        path.write_text("\n".join([*header, LINE, *others]) + "\n")
        assert splice.load(str(path)).texts == ["ACGT" * 15] * 3


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("EI,x," + "ACGT" * 14 + "ACGX", "line 2: 'X' at place 60 is no base"),
        ("EI,x,ACGT", "line 2 has 4 bases. Give 60"),
        ("XX,x," + "ACGT" * 15, "line 2: expected class"),
        ("EI;x;" + "ACGT" * 15, "line 2: expected class"),
        ("EI,x," + "ACGT" * 14 + "AC-T", "line 2: '-' at place 59 is no base"),
        ("EI,x," + "ACGT" * 14 + "ACGÉ", "line 2: 'É' at place 60 is no base"),
        (LINE, "needs sequences of all of EI, IE, N"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "utf-16"])
def test_says_which_line_is_wrong(tmp_path, line, message, encoding):
    path = tmp_path / "splice.csv"
    path.write_text(f"{LINE}\n{line}\n", encoding=encoding)
    with pytest.raises(UserError, match=message) as error:
        splice.load(str(path))
    assert str(path) in str(error.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "splice.csv is empty"),
        (b"\n \n", "splice.csv is empty"),
        (b"class,name,sequence\n", "needs sequences of all of EI, IE, N"),
        (b"EI,x,ACGT\x00", "splice.csv is not a text file"),
    ],
)
def test_a_file_without_sequences_is_named(tmp_path, content, message):
    path = tmp_path / "splice.csv"
    path.write_bytes(content)
    with pytest.raises(UserError, match=message):
        splice.load(str(path))


def test_small_letters_and_iupac_codes_are_bases():
    assert splice.check_bases("acgtn" * 12, "x") == "ACGTN" * 12
    assert sorted(splice.BASES) == sorted("ACGTRYSWKMBDHVN")


def test_any_length_is_one_base_or_more():
    assert splice.check_bases("a", "x", length=None) == "A"
    assert splice.check_bases("N" * 99, "x", length=None) == "N" * 99
    with pytest.raises(UserError, match=r"x is empty. Give bases, such as ACGT"):
        splice.check_bases(" ", "x", length=None)


@pytest.mark.parametrize(
    ("name", "halves"),
    [
        ("EI", ("exon", "intron")),
        ("IE", ("intron", "exon")),
        ("N", ("neither", "neither")),
    ],
)
def test_half_of_the_bases_lie_on_each_side_of_a_junction(name, halves):
    assert splice.tags(name) == [halves[0]] * 30 + [halves[1]] * 30
