"""Tests compile more than they compute."""

import functools
import gc
from unittest import mock

import keras


def compile_quickly():
    """Let Keras and TensorFlow leave out what only long computations repay.

    Results may differ in their last digit from those of a process that did not.
    """
    keras.Layer.__delattr__ = _without_collecting(keras.Layer.__delattr__)
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf
        from tensorflow.python.util import tf_stack

        # Graphs stay as they are: a tenth less time.
        tf.config.optimizer.set_experimental_options({"disable_meta_optimizer": True})
        # Each operation of a graph keeps the stack that made it, of a hundred frames
        # under pytest: here all keep that of the first.
        tf_stack.extract_stack = functools.lru_cache(1)(tf_stack.extract_stack)
        make = keras.Model.make_train_function
        keras.Model.make_train_function = _with_a_built_optimizer(make)


def _without_collecting(delete):
    """Keras looks through all objects for garbage after each weight it quantises."""

    @functools.wraps(delete)
    def without(self, name):
        with mock.patch.object(gc, "collect"):
            delete(self, name)

    return without


def _with_a_built_optimizer(make):
    """A training step that makes variables is traced twice."""

    @functools.wraps(make)
    def with_one(self, force=False):
        if self.built and self.optimizer and not self.optimizer.built:
            self.optimizer.build(self.trainable_variables)
        return make(self, force)

    return with_one
