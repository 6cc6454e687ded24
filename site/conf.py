"""Settings of Sphinx, for the pages that site/build.py lays out."""

from docutils import nodes

project = "keras_rnn"
author = copyright = "The keras_rnn developers"
extensions = ["myst_nb", "sphinx.ext.mathjax", "sphinx_design", "sphinx_copybutton"]

# What the notebooks hold is shown as it is: nothing is run here.
nb_execution_mode = "off"
nb_merge_streams = True
myst_enable_extensions = ["amsmath", "colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 4
myst_update_mathjax = False
# One file without fonts beside it, from the package sphinx-mathjax-offline (3.2.2).
mathjax_path = "mathjax/tex-svg.js"
mathjax3_config = {"options": {"enableMenu": False}}
suppress_warnings = ["mystnb.unknown_mime_type", "myst.header"]

html_theme = "furo"
html_title = "keras_rnn"
html_static_path = ["../build/site-source/_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sphinx = False
python_use_unqualified_type_names = True
python_display_short_literal_types = True
maximum_signature_line_length = 88
copybutton_exclude = ".linenos, .gp, .go"
toc_object_entries = False

# Keras has no list of its names to link to by; TensorFlow's pages are named by them.
KERAS_PAGES = "https://www.tensorflow.org/api_docs/python/tf/"
KERAS_ROOMS = ("layers", "ops", "models", "initializers", "optimizers",
               "losses", "callbacks", "utils", "activations", "regularizers",
               "saving")  # fmt: skip


def link_to_keras(app, env, node, content):
    """Link `keras.layers.LSTM` to its page, and show what else is unknown as code."""
    parts = node.get("reftarget", "").split(".")
    if node.get("refdomain") != "py" or parts[0] != "keras":
        return None
    if parts[1:] in (["Model"], ["Sequential"], ["Input"], ["Layer"]) or (
        len(parts) == 3 and parts[1] in KERAS_ROOMS
    ):
        parts[1:] = ["layers", "Layer"] if parts[1:] == ["Layer"] else parts[1:]
        address = KERAS_PAGES + "/".join(parts)
        return nodes.reference("", "", content, refuri=address, internal=False)
    return None


def setup(app):
    app.connect("missing-reference", link_to_keras)
