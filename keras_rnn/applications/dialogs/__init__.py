"""Dialogs about pictures: a network that remembers where it looked."""
