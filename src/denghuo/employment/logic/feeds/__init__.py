"""Lists of posts as sources send them: columns named, rows read, JobPosting turned into rows.

``columns`` says which columns there are and guesses them by their headings, ``cells`` reads one
cell, ``rows`` a whole row, ``job_posting`` what schema.org calls a JobPosting.
"""

from denghuo.employment.logic.feeds.columns import COLUMNS, Column, guess_columns, known_headings
from denghuo.employment.logic.feeds.job_posting import JobPostingError, job_postings
from denghuo.employment.logic.feeds.rows import FeedRow, RowTrouble, read_row
from denghuo.employment.logic.feeds.troubles import trouble_sentence

__all__ = [
    "COLUMNS",
    "Column",
    "FeedRow",
    "JobPostingError",
    "RowTrouble",
    "guess_columns",
    "job_postings",
    "known_headings",
    "read_row",
    "trouble_sentence",
]
