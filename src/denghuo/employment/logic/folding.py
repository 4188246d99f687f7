"""Text folded without changing its length, so that a place found in it is the same place in the
text as written."""

from __future__ import annotations

import unicodedata

_ALIKE = str.maketrans("，；：！？（）【】、～—–－　", ",;:!?()[]、~---" + " ")


def folded(text: str) -> str:
    """Lower case, half width, Chinese stops as plain ones. ``len(folded(t)) == len(t)``."""
    plain = [_one(sign) for sign in text]
    return "".join(plain).translate(_ALIKE)


def _one(sign: str) -> str:
    made = unicodedata.normalize("NFKC", sign).lower()
    return made if len(made) == 1 else sign
