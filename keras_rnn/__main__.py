"""`python -m keras_rnn`, and the console script `keras-rnn`."""

import sys

from keras_rnn.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
