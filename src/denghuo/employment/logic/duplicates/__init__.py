"""Posts that are one post: the same employer's, the same place's, said again in other words.

``shingles`` cuts a text, ``sketches`` makes 64 numbers of it (MinHash), ``pairs`` finds likely
pairs by bands and confirms each by the true overlap, ``merging`` joins them and keeps who said
what. Text alone never joins two employers: agencies post the same words for many.
"""

from denghuo.employment.logic.duplicates.merging import (
    Advert,
    MergedPost,
    Provenance,
    disagreements,
    merge_adverts,
)
from denghuo.employment.logic.duplicates.pairs import Pair, near_pairs, near_pairs_plainly
from denghuo.employment.logic.duplicates.shingles import advert_text, jaccard, shingles
from denghuo.employment.logic.duplicates.sketches import band_keys, sketch

__all__ = [
    "Advert",
    "MergedPost",
    "Pair",
    "Provenance",
    "advert_text",
    "band_keys",
    "disagreements",
    "jaccard",
    "merge_adverts",
    "near_pairs",
    "near_pairs_plainly",
    "shingles",
    "sketch",
]
