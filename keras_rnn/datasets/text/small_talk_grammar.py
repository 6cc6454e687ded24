"""A grammar of short dialogs in which the answer depends on what was said before.

Names and favourites are given and asked for later, "and yours?", "why?" and "and plus
two?" mean nothing without the turn before, and who was never told has to say so.
"""

import numpy as np

NAMES = (
    "Ada", "Ben", "Clara", "David", "Emma", "Felix",
    "Grace", "Hugo", "Ida", "Jonas", "Lena", "Max",
)  # fmt: skip

# What one may like best: the values, which of them is the machine's, and its reason.
_FAVOURITES = {
    "colour": (
        ("red", "green", "blue", "yellow", "white", "black"),
        "green",
        "Because leaves are green.",
    ),
    "animal": (
        ("dog", "cat", "horse", "bird", "fish", "bear"),
        "cat",
        "Because cats sleep all day.",
    ),
    "food": (
        ("bread", "rice", "soup", "cake", "cheese", "fruit"),
        "soup",
        "Because soup keeps you warm.",
    ),
    "sport": (
        ("football", "tennis", "chess", "running", "swimming", "skiing"),
        "chess",
        "Because nobody has to run.",
    ),
}
_TOWNS = ("Rome", "Paris", "Berlin", "London", "Madrid", "Vienna")
# What one says of the weather, and what to take along.
_WEATHER = (
    ("it is raining", "an umbrella"),
    ("it is snowing", "a warm coat"),
    ("the sun is shining", "a hat"),
    ("it is windy", "a scarf"),
)
_MOODS = (
    ("I am fine", "I am glad to hear that."),
    ("I am tired", "Then go to bed early."),
    ("I am hungry", "Then eat something."),
    ("I am sad", "I am sorry to hear that."),
)
_TIMES = ("Good morning", "Good afternoon", "Good evening", "Hello")
_RELATIVES = ("dog", "cat", "sister", "brother")
_COMPARED = (("older", "younger"), ("taller", "shorter"), ("faster", "slower"))
_NUMBERS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
    "ten", "eleven", "twelve", "thirteen", "fourteen",
)  # fmt: skip
_MACHINE = (
    ("what is your name ?", "My name is Echo."),
    ("who are you ?", "I am Echo, a recurrent network."),
    ("how old are you ?", "I was trained today."),
    ("where do you live ?", "I live in a computer."),
    ("are you a human ?", "No, I am a network."),
)

# Every sixth combination of a name with something else is for the test alone.
_EVERY = 6


def is_held_out(name: str, value: str) -> bool:
    """Return whether a name and what its owner says are combined in the test alone.

    Args:
        name: String, one of `NAMES`.
        value: String: a colour, an animal, a town, another name, ...

    Returns:
        Boolean.

    Example:

    >>> is_held_out("Ada", "red"), is_held_out("Ada", "blue")
    (True, False)
    """
    return (NAMES.index(name) + _PLACES[value]) % _EVERY == 0


_PLACES = {
    value: place
    for values in (NAMES, _TOWNS, *(values for values, _, _ in _FAVOURITES.values()))
    for place, value in enumerate(values)
}


def draw_dialog(rng: np.random.Generator, held_out: bool) -> list[tuple[str, str]]:
    """Return one dialog of two to four exchanges.

    Args:
        rng: `numpy.random.Generator`.
        held_out: Boolean, whether its combination of name and fact is one of those
            that are for the test alone.

    Returns:
        List of tuples of two strings: what was said, and what is answered.
    """
    return _Dialog(rng, held_out).exchanges


class _Dialog:
    """A speaker with a name and one thing to tell, and what was said so far."""

    # So that all of a dialog fits into what a small network reads.
    most = 4

    def __init__(self, rng, held_out):
        self.rng, self.exchanges = rng, []
        self.name = self.one(NAMES)
        self.held_out = held_out
        self.told_name = False
        self.recall = ("what is my name ?", self.my_name)
        # With its name first, a dialog for the test always shows its combination.
        if held_out or rng.random() < 0.7:
            self.open_with_name()
        elif rng.random() < 0.6:
            self.greet()
        topics = (self.favourite, self.town, self.relative)
        others = (self.compare, self.sums, self.machine, self.weather)
        tells = held_out or rng.random() < 0.6
        self.one(topics if tells else others)()
        self.ask_back()

    def one(self, choices):
        return choices[int(self.rng.integers(len(choices)))]

    def value(self, values):
        """One of the values that the speaker may have in this part of the data."""
        others = [value for value in values if value != self.name]
        return self.one(
            [v for v in others if is_held_out(self.name, v) == self.held_out]
        )

    def goes_on(self, chance):
        """Whether to say one more thing, with room left for the last question."""
        return self.rng.random() < chance and len(self.exchanges) < self.most - 1

    def say(self, question, answer):
        self.exchanges.append((question, answer))

    def open_with_name(self):
        self.told_name = True
        time = self.one(_TIMES)
        form = self.one(("my name is", "I am", "I am called"))
        if self.rng.random() < 0.5:
            self.say(f"{time.lower()} , {form} {self.name} .", f"{time}, {self.name}.")
        else:
            self.say(f"{form} {self.name} .", f"Nice to meet you, {self.name}.")

    def greet(self):
        time = self.one(_TIMES)
        self.say(f"{time.lower()} .", f"{time}. How are you?")
        mood, answer = self.one(_MOODS)
        if self.rng.random() < 0.5:
            self.say(f"{mood} .", answer)
        else:
            self.say(f"{mood} , and you ?", f"{answer} I am fine.")

    def favourite(self):
        kind = self.one(tuple(_FAVOURITES))
        values, mine, reason = _FAVOURITES[kind]
        value = self.value(values)
        # More than one way to say it, one of which does not name the kind.
        form = self.one((f"my favourite {kind} is {value} .", f"I like {value} best ."))
        self.say(form, f"So your favourite {kind} is {value}.")
        if self.goes_on(0.4):
            self.say("and yours ?", f"My favourite {kind} is {mine}.")
            if self.goes_on(0.5):
                self.say("why ?", reason)
        self.recall = (
            f"what is my favourite {kind} ?",
            lambda: f"Your favourite {kind} is {value}.",
        )

    def town(self):
        town = self.value(_TOWNS)
        form = self.one((f"I live in {town} .", f"I come from {town} ."))
        self.say(form, f"How is the weather in {town}?")
        if self.goes_on(0.6):
            weather, thing = self.one(_WEATHER)
            self.say(f"{weather} .", f"Then take {thing}.")
        self.recall = ("where do I live ?", lambda: f"You live in {town}.")

    def relative(self):
        who, called = self.one(_RELATIVES), self.value(NAMES)
        self.say(f"my {who} is called {called} .", f"{called} is a nice name.")
        self.recall = (
            f"what is my {who} called ?",
            lambda: f"Your {who} is called {called}.",
        )

    def weather(self):
        weather, thing = self.one(_WEATHER)
        self.say(f"{weather} .", "Are you going out?")
        self.say("yes , what shall I take ?", f"Take {thing}.")

    def compare(self):
        more, less = self.one(_COMPARED)
        one, other = self.rng.permutation(NAMES)[:2]
        self.say(f"{one} is {more} than {other} .", "I see.")
        first, second = (
            (f"who is {more} ?", f"{one} is {more}."),
            (f"who is {less} ?", f"{other} is {less}."),
        )
        self.say(*self.one((first, second)))

    def sums(self):
        a, b, c = (int(n) for n in self.rng.integers(1, [6, 6, 5]))
        self.say(f"what is {_NUMBERS[a]} plus {_NUMBERS[b]} ?", _sum(a, b))
        if self.goes_on(0.5):
            self.say(f"and plus {_NUMBERS[c]} ?", _sum(a + b, c))

    def machine(self):
        self.say(*self.one(_MACHINE))

    def my_name(self):
        if self.told_name:
            return f"Your name is {self.name}."
        return "I do not know your name."

    def ask_back(self):
        """End with a question that only the dialog so far can answer."""
        if len(self.exchanges) >= self.most:
            return
        chance = self.rng.random()
        question, answer = self.recall
        if chance < 0.4:
            self.say(question, answer())
        elif chance < 0.7:
            self.say("what is my name ?", self.my_name())
        elif chance < 0.9:
            form = self.one(("goodbye .", "I have to go ."))
            who = f", {self.name}" if self.told_name else ""
            self.say(form, f"Goodbye{who}.")
        else:
            self.say("thank you .", "You are welcome.")


def _sum(a: int, b: int) -> str:
    return f"{_NUMBERS[a].capitalize()} plus {_NUMBERS[b]} is {_NUMBERS[a + b]}."


def draw_dialogs(
    count: int, held_out: bool, seed: int = 0
) -> list[list[tuple[str, str]]]:
    """Return dialogs, drawn from the grammar.

    Args:
        count: Integer, how many.
        held_out: Boolean, whether their combinations of name and fact are those that
            are for the test alone.
        seed: Integer. Default: `0`.

    Returns:
        List of dialogs, each a list of tuples of two strings: what was said, and what
        is answered.
    """
    rng = np.random.default_rng([seed, int(held_out)])
    return [draw_dialog(rng, held_out) for _ in range(count)]
