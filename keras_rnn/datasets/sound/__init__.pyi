from . import robot_speech as robot_speech
from . import spoken_digits as spoken_digits
from . import wav_files as wav_files
