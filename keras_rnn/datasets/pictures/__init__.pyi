from . import digits as digits
from . import easy_vqa as easy_vqa
from . import flickr8k as flickr8k
from . import image_files as image_files
from . import picture_questions as picture_questions
