import numpy as np
import pytest

from keras_rnn.applications.dna_tags import segments as cuts
from keras_rnn.applications.dna_tags.scores import junctions
from keras_rnn.datasets.text import splice
from keras_rnn.errors import UserError


def test_a_cut_has_the_tags_of_its_bases():
    data = splice.sample(200)
    texts, tags = cuts.cut(data, np.arange(200), seed=1, times=2)
    assert len(texts) == len(tags) == 400
    places = set()
    for number, (text, found) in enumerate(zip(texts, tags, strict=True)):
        whole, label = data.texts[number % 200], data.labels[number % 200]
        assert 20 <= len(text) == len(found) <= 60
        assert text in whole
        changes = junctions(found)
        if label == 2:
            assert changes == []
        else:
            ((place, before, after),) = changes
            assert (before, after) == (("exon", "intron"), ("intron", "exon"))[label]
            assert 10 <= place <= 30
            assert 10 <= len(text) - place <= 30
            assert whole[30 - place : 30 - place + len(text)] == text
            places.add(place)
    assert places == set(range(10, 31))


def test_parts_are_stratified_and_share_no_sequence():
    sample = splice.sample(300)
    data = type(sample)(
        [*sample.texts, *sample.texts[:150]],
        np.concatenate([sample.labels, sample.labels[:150]]),
        **{
            name: getattr(sample, name)
            for name in ("classes", "name", "kind", "origin")
        },
    )
    parts = cuts.split(data)
    assert sorted(np.concatenate(parts)) == list(range(450))
    texts = [{data.texts[place] for place in part} for part in parts]
    assert not texts[0] & texts[1]
    assert not texts[0] & texts[2]
    assert not texts[1] & texts[2]
    share = np.mean(data.labels == 2)
    for part in parts:
        assert np.mean(data.labels[part] == 2) == pytest.approx(share, abs=0.12)


def test_too_few_different_sequences_are_refused(tmp_path):
    path = tmp_path / "few.csv"
    path.write_text("".join(f"{one},x,{'ACGT' * 15}\n" * 20 for one in splice.CLASSES))
    with pytest.raises(UserError, match=r"few.csv has 1 different sequences of EI"):
        cuts.split(splice.load(str(path)))


def test_wholes_stand_before_their_cuts():
    data = splice.sample(50)
    texts, tags = cuts.whole_and_cut(data, [3, 7], seed=0, times=2)
    assert texts[:2] == [data.texts[3], data.texts[7]]
    assert tags[0] == splice.tags(data.classes[data.labels[3]])
    assert (texts[2:], tags[2:]) == cuts.cut(data, [3, 7], seed=0, times=2)
    for text, whole in zip(texts[2:], 2 * texts[:2], strict=True):
        assert text in whole
