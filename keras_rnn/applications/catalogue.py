"""The list of applications, to be read without importing any of them."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType

from keras_rnn.errors import UserError, nearest


@dataclass(frozen=True)
class Application:
    """What an application is.

    Attributes:
        name: String, its module in `keras_rnn.applications`.
        question: String, what it answers.
        lecture: String, where the lectures name it.
        shape: String, the sequence shape.
        data: String, what it learns from.
        minutes: Integer, about how long it takes on two CPU cores.
        metric: String, the metric that it is judged by.
        lower_is_better: Boolean, whether less of it is better. Default: `False`.
        takes_vectors: Boolean, whether it can begin with word vectors from a file.
            Default: `False`.
        takes_backbone: Boolean, whether a network of `keras.applications` can look at
            pictures for it. Default: `False`.
    """

    name: str
    question: str
    lecture: str
    shape: str
    data: str
    minutes: int
    metric: str
    lower_is_better: bool = False
    takes_vectors: bool = False
    takes_backbone: bool = False

    @property
    def module(self) -> ModuleType:
        """The module that holds its functions: `NAME.py`, or `NAME/train.py`."""
        home = f"{__package__}.{self.name}"
        has_folder = (Path(__file__).parent / self.name).is_dir()
        return import_module(f"{home}.train" if has_folder else home)

    @property
    def without_backend(self) -> ModuleType | None:
        """The module that answers from a model's NumPy form, if there is one."""
        room = "without_backend"
        if not (Path(__file__).parent / room / f"{self.name}.py").is_file():
            return None
        return import_module(f"{__package__}.{room}.{self.name}")

    def is_better(self, value: float, baseline: float) -> bool:
        """Return whether a value of the metric beats the baseline's."""
        return value < baseline if self.lower_is_better else value > baseline


APPLICATIONS = {
    one.name: one
    for one in (
        Application(
            name="character_language_model",
            question="Which letter comes next, and what would the text go on like?",
            lecture="chapter 5, 5.2 (hello)",
            shape="many-to-many, then one-to-many",
            data="1,115,394 letters of Shakespeare's plays (char-rnn, Karpathy 2015)",
            minutes=30,
            metric="nats",
            lower_is_better=True,
        ),
        Application(
            name="sentiment",
            question="Does a sentence praise a film or not?",
            lecture="chapter 5, 5.1 and 5.5",
            shape="many-to-one, bidirectional",
            data="10,662 sentences from film reviews (Pang & Lee 2005)",
            minutes=2,
            metric="accuracy",
            takes_vectors=True,
        ),
        Application(
            name="named_entities",
            question="Which words of a sentence are names, and of what?",
            lecture="chapter 5, 5.1 and 5.5",
            shape="many-to-many, bidirectional, words and characters",
            data="1,696 sentences of Wikipedia (wikigold, Balasuriya et al. 2009)",
            minutes=3,
            metric="f1",
        ),
        Application(
            name="dna_splice",
            question="Does a gene's coding part begin, end or neither at this base?",
            lecture="chapter 5, 5.1 and 5.5",
            shape="many-to-one, bidirectional",
            data="3,190 stretches of 60 bases (UCI splice junctions)",
            minutes=6,
            metric="accuracy",
        ),
        Application(
            name="dna_tags",
            question="Which bases are coding (exon), which are not (intron)?",
            lecture="chapter 5, 5.1 and 5.5",
            shape="many-to-many, bidirectional",
            data="3,190 stretches of 60 bases (UCI splice junctions)",
            minutes=3,
            metric="accuracy",
        ),
        Application(
            name="image_rows",
            question="Which digit is it, read row by row?",
            lecture="chapter 5, 5.6 (the guide Working with RNNs)",
            shape="many-to-one, bidirectional",
            data="10,000 handwritten digits (test part of MNIST), or generated ones",
            minutes=2,
            metric="accuracy",
        ),
        Application(
            name="video_activity",
            question="What does somebody do, as a watch or a camera sees it?",
            lecture="chapter 5, 5.1 and 5.5",
            shape="many-to-one; frame by frame many-to-many",
            data="80 recordings of a watch (BasicMotions), and generated films",
            minutes=5,
            metric="accuracy",
        ),
        Application(
            name="video_captioning",
            question="What happens in a film?",
            lecture="lecture 3, slide 3; chapter 5, 5.1",
            shape="encoder-decoder, with attention",
            data="7,000 generated films of coloured shapes",
            minutes=6,
            metric="true_captions",
        ),
        Application(
            name="translation",
            question="What does a sentence say in another language?",
            lecture="chapter 5, 5.1, 5.5 and 5.6 (the CS230 cheat sheet)",
            shape="encoder-decoder, with attention",
            data="118,964 English sentences with Spanish translations (Tatoeba)",
            minutes=40,
            metric="bleu",
        ),
        Application(
            name="music_generation",
            question="What does a tune sound like that nobody has written?",
            lecture="lecture 3, slides 3 and 12; chapter 5, 5.1",
            shape="one-to-many, from nothing or a metre and key",
            data="804 Irish folk tunes in ABC notation",
            minutes=8,
            metric="whole_bars",
        ),
        Application(
            name="conversation",
            question="What is answered to a question, after all that was said before?",
            lecture="chapter 5, 5.5 (ChatGPT)",
            shape="encoder-decoder, with attention",
            data="15,000 exchanges of generated small talk, or a file of your own",
            minutes=8,
            metric="accuracy",
        ),
        Application(
            name="captioning",
            question="What does a picture show, in a sentence?",
            lecture="lecture 3, slide 18; chapter 5, 5.4",
            shape="one-to-many: six systems, by where the picture enters",
            data="7,000 generated scenes of coloured shapes, or photographs (Flickr8k)",
            minutes=20,
            metric="true_captions",
            takes_backbone=True,
        ),
        Application(
            name="text_to_image",
            question="What does a picture of this sentence look like?",
            lecture="chapter 5, 5.5 (Text2Image Generator)",
            shape="one-to-many, over the pixels of a picture",
            data="4,556 generated drawings of coloured shapes, with captions",
            minutes=9,
            metric="right",
        ),
        Application(
            name="visual_question_answering",
            question="What is the answer to a question about a picture?",
            lecture="lecture 3, slide 19; chapter 5, 5.4 (VQA, attention)",
            shape="many-to-one, image and question, with attention",
            data="48,248 questions about 5,000 pictures (easy-VQA, Zhou 2019)",
            minutes=8,
            metric="accuracy",
        ),
        Application(
            name="visual_dialog",
            question="What is it, and what of the other one, after all that was asked?",
            lecture="lecture 3, slide 20",
            shape="encoder-decoder over rounds, with attention",
            data="8,900 generated dialogs about pictures of coloured shapes",
            minutes=20,
            metric="accuracy_referring_back",
        ),
        Application(
            name="visual_navigation",
            question="Which way does an instruction lead, on a map in a picture?",
            lecture="lecture 3, slide 21",
            shape="encoder-decoder, with attention, acting",
            data="5,200 generated maps of coloured shapes, with instructions",
            minutes=6,
            metric="success",
        ),
        Application(
            name="word_embeddings",
            question="Which words are used alike?",
            lecture="chapter 5, 5.6 (the CS230 cheat sheet)",
            shape="none: pairs of words",
            data="102,904 English sentences (Tatoeba), or a text of your own",
            minutes=3,
            metric="context_accuracy",
        ),
        Application(
            name="speech_recognition",
            question="What does somebody say?",
            lecture="chapter 5, 5.1 and 5.5 (The quick brown fox ...)",
            shape="many-to-many with CTC; encoder-decoder, with attention",
            data="1,800 recordings of spoken digits (Free Spoken Digit Dataset)",
            minutes=15,
            metric="word_error_rate",
            lower_is_better=True,
        ),
    )
}


def find(name: str) -> Application:
    """Return the `Application` of that name.

    Raises:
        UserError: There is none.

    Example:

    >>> find("sentiment").shape
    'many-to-one, bidirectional'
    """
    if name not in APPLICATIONS:
        raise UserError(
            f"There is no application {name!r}.{nearest(name, APPLICATIONS)} Known are "
            f"{', '.join(APPLICATIONS)}."
        )
    return APPLICATIONS[name]
