"""A network that draws pixel by pixel, and who judges what it drew."""
