from . import cache as cache
from . import download as download
from . import public_file as public_file
