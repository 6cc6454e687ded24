"""GRU and LSTM in the deck's other notation: Gamma_u, Gamma_r, Gamma_f, Gamma_o.

*Chapter 5*, section 5.3, has a table with one row for each of `c~`, `c` and `a`, and
one column for each of the two units. `gates.gru` is its first column, `gates.lstm`
its second. The table leaves out what a gate is; it is the same for all of them:

    Gamma = sigma(W [a<t-1>, x<t>] + b)
"""

from keras_rnn._lazy import attach

__all__ = attach(__name__, {"gru": [], "lstm": []})
