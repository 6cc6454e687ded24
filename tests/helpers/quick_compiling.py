"""Tests compile more than they compute."""

import keras


def compile_quickly():
    """Let TensorFlow leave the graphs of this process as they are: a tenth less time.

    Results may differ in their last digit from those of a process that did not.
    """
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        tf.config.optimizer.set_experimental_options({"disable_meta_optimizer": True})
