"""Tests compile more than they compute."""

import functools
import gc
import random
from unittest import mock

import keras


def compile_quickly():
    """Let Keras and TensorFlow leave out what only long computations repay.

    Results may differ in their last digit from those of a process that did not.
    """
    keras.Layer.__delattr__ = _without_collecting(keras.Layer.__delattr__)
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf
        from tensorflow.python.ops import gen_resource_variable_ops
        from tensorflow.python.util import tf_stack

        # Graphs stay as they are: a tenth less time.
        tf.config.optimizer.set_experimental_options({"disable_meta_optimizer": True})
        # Each operation of a graph keeps the stack that made it, of a hundred frames
        # under pytest: here all keep that of the first.
        tf_stack.extract_stack = functools.lru_cache(1)(tf_stack.extract_stack)
        tf.random.set_seed = _set_tensorflows_seed
        gen_resource_variable_ops.var_handle_op = _without_a_name(
            gen_resource_variable_ops.var_handle_op
        )
        make = keras.Model.make_train_function
        keras.Model.make_train_function = _with_a_built_optimizer(make)


def _without_collecting(delete):
    """Keras looks through all objects for garbage after each weight it quantises."""

    @functools.wraps(delete)
    def without(self, name):
        with mock.patch.object(gc, "collect"):
            delete(self, name)

    return without


def _set_tensorflows_seed(seed):
    """TensorFlow would prepare all that is compiled anew, for kernels that hold seeds.

    Keras uses none of these: its random states are variables.
    """
    from tensorflow.python.eager import context

    context.context()._seed = seed
    context.context()._rng = random.Random(seed)


def _without_a_name(make_handle):
    """TensorFlow would make and keep a kernel for each name of a variable."""

    @functools.wraps(make_handle)
    def without(*, debug_name, **options):
        return make_handle(debug_name="", **options)

    return without


def _with_a_built_optimizer(make):
    """A training step that makes variables is traced twice."""

    @functools.wraps(make)
    def with_one(self, force=False):
        if self.built and self.optimizer and not self.optimizer.built:
            self.optimizer.build(self.trainable_variables)
        return make(self, force)

    return with_one
