"""An `ArgumentParser` whose complaints are one line that says what to do."""

import argparse
import re

from keras_rnn.errors import UserError, nearest


class Parser(argparse.ArgumentParser):
    """Raises a `UserError` where argparse prints its usage and exits.

    Attributes:
        subcommands: Dict from a subcommand's name to its parser, filled by whoever
            adds them.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.subcommands = {}

    def parse_args(self, args=None, namespace=None):
        """As argparse's, but tells what an unknown argument may have meant."""
        chosen, unknown = self.parse_known_args(args, namespace)
        if unknown:
            used = self.subcommands.get(getattr(chosen, "subcommand", None), self)
            used.error(used.unknown(unknown[0]))
        return chosen

    def error(self, message):
        """Raise what is wrong with the arguments."""
        choice = re.search(r"invalid choice: '([^']*)'", message)
        if choice and self.subcommands:
            known = ", ".join(self.subcommands)
            message = (
                f"There is no subcommand {choice[1]!r}."
                f"{nearest(choice[1], self.subcommands)} Known are {known}"
            )
        message = message.removeprefix("argument ")
        end = "" if message.endswith("?") else "."
        raise UserError(f"{message}{end} See {self.prog} --help.")

    def unknown(self, argument):
        """Say what is wrong with an argument that no subcommand knows."""
        if not argument.startswith("-"):
            return (
                f"{argument!r} stands alone: each value follows the name of what it "
                f"is, such as --data {argument}"
            )
        name = argument.split("=")[0]
        options = re.findall(r"--[a-z][a-z-]*", self.format_usage())
        meant = nearest(name, options)
        return f"There is no argument {name!r}{'.' if meant else ''}{meant}"
