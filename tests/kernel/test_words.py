"""Words in three languages: Chinese is always there, and a file's shape takes nothing else."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from denghuo.kernel.words import AnyWords, Words, WordsShape

pytestmark = pytest.mark.no_postgres


def test_a_missing_language_falls_back_to_chinese() -> None:
    words = Words("补贴", en="subsidy")
    assert words.in_language("en") == "subsidy"
    assert words.in_language("en-GB") == "subsidy"
    assert words.in_language("mn") == "补贴"
    assert words.in_language("zh-hans") == "补贴"
    assert str(words) == "补贴"


def test_a_bare_text_in_a_file_is_the_chinese() -> None:
    read = TypeAdapter[WordsShape](AnyWords)
    assert read.validate_python("补贴").words == Words("补贴")
    assert read.validate_python({"zh": "补贴", "en": "subsidy"}).words == Words("补贴", "subsidy")


@pytest.mark.parametrize(
    "broken", ["", {"en": "subsidy"}, {"zh": "补贴", "fr": "aide"}, {"zh": 7}, "字" * 2_001]
)
def test_a_file_that_says_it_otherwise_is_refused(broken: object) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter[WordsShape](AnyWords).validate_python(broken)
