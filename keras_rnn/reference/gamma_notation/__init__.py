"""GRU and LSTM in the deck's other notation: Gamma_u, Gamma_r, Gamma_f, Gamma_o.

*Chapter 5*, section 5.3, has a table with one row for each of `c~`, `c` and `a`, and
one column for each of the two units: `gamma_notation.gru` and `gamma_notation.lstm`.
The table does not define a gate; the definition is the same for all of them:

    Gamma = sigma(W [a<t-1>, x<t>] + b)
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
