"""Pure: the readers of a post. No Django, no files, no clock; tables and dated texts are given."""
