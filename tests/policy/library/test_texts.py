"""What people read: plain words in Chinese and English, a source and a status on every figure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import denghuo.policy.library
from denghuo.kernel.words import Words
from denghuo.policy.logic.definition import PolicyDefinition
from denghuo.policy.logic.explain import answer
from denghuo.policy.logic.fact_values import KnownFact
from denghuo.policy.logic.registry import FactKind, FactRegistry

Library = dict[str, PolicyDefinition]

FOLDER = Path(denghuo.policy.library.__file__).parent
OFFICIALESE = ("予以", "相关", "进行", "贵单位", "须", "凡", "系统错误", "办理完毕", "之规定")
HALF_WIDTH = re.compile(r"[\u4e00-\u9fff][,;:?!]|[,;:?!][\u4e00-\u9fff]")


def sentences_of(definition: PolicyDefinition) -> Iterator[tuple[str, Words]]:
    """Every full sentence a person may read of a policy, with the place it stands in."""
    yield "summary", definition.summary
    yield "object_to", definition.object_to
    for name in ("can", "bring", "where", "how_long"):
        yield f"steps.{name}", getattr(definition.steps, name)
    for number, words in enumerate(definition.documents):
        yield f"documents[{number}]", words
    for version in definition.versions:
        for condition in version.conditions:
            says = condition.says
            place = f"{version.key}.{condition.name}"
            yield f"{place}.pass", says.passed
            yield f"{place}.fail", says.failed
            yield f"{place}.unknown", says.unknown


def test_a_file_is_named_for_its_policy(library: Library) -> None:
    files = {path.stem for path in FOLDER.glob("*.yaml")} - {"facts"}
    assert files == set(library)


def test_every_sentence_is_whole_in_chinese_and_english(library: Library) -> None:
    for definition in library.values():
        for place, words in sentences_of(definition):
            assert words.zh.endswith("。"), (definition.id, place, words.zh)
            assert words.en.endswith((".", "?")), (definition.id, place, words.en)
            # The places of a sentence are the same in both languages, or its facts would differ.
            places = [sorted(re.findall(r"\{([^}]+)\}", text)) for text in (words.zh, words.en)]
            assert places[0] == places[1], (definition.id, place)


def test_names_are_there_in_three_languages(library: Library) -> None:
    for definition in library.values():
        assert definition.names.zh
        assert definition.names.en
        # A draft awaiting a native reviewer, in the traditional script of the region.
        assert re.fullmatch(r"[\u1800-\u18af\u202f ]+", definition.names.mn), definition.id
        assert len(definition.names.zh) <= 20


def test_words_are_plain(library: Library, registry: FactRegistry) -> None:
    read = [
        (f"{definition.id}.{place}", words.zh)
        for definition in library.values()
        for place, words in sentences_of(definition)
    ]
    for spec in registry.values():
        read += [
            (f"facts.{spec.name}", words.zh)
            for words in (spec.question, spec.why, spec.help)
            if words is not None
        ]
    for place, text in read:
        assert not [word for word in OFFICIALESE if word in text], (place, text)
        assert not HALF_WIDTH.search(re.sub(r"\{[^}]+\}", "三百", text)), (place, text)
        for sentence in re.split(r"[。；]", re.sub(r"\{[^}]+\}", "三百", text)):
            assert len(sentence) <= 70, (place, sentence)


def test_three_sentences_of_a_condition_differ(library: Library) -> None:
    for definition in library.values():
        for version in definition.versions:
            for condition in version.conditions:
                says = condition.says
                texts = {says.passed.zh, says.failed.zh, says.unknown.zh}
                assert len(texts) == 3, (definition.id, condition.name)
                assert condition.basis, (definition.id, condition.name)


def test_every_figure_has_a_label_a_source_and_a_status(library: Library) -> None:
    for definition in library.values():
        for version in definition.versions:
            assert version.start is not None
            assert version.source.doc
            for param in version.params.values():
                place = (definition.id, version.key, param.name)
                assert param.source, place
                assert param.label is not None, place
                assert param.label.en, place


def test_what_is_assumed_says_why(library: Library) -> None:
    """A figure that nobody found in an official text has a note, its own or its version's."""
    for definition in library.values():
        for version in definition.versions:
            assumed = [each for each in version.params.values() if each.status == "assumed"]
            if version.status == "assumed":
                assert version.note, (definition.id, version.key)
            for param in assumed:
                assert param.note or version.note, (definition.id, version.key, param.name)


def test_a_document_number_is_one_that_was_found(library: Library) -> None:
    """Numbers are never invented: each is on this list, or the file says it was not found."""
    found = {
        "人社部发〔2024〕40号",
        "人社部发〔2025〕18号",
        "国办发〔2025〕25号",
        "内人社发〔2023〕24号",
        "财金〔2023〕75号",
    }
    number = re.compile(r"[\u4e00-\u9fff]{2,5}〔\d{4}〕\d+号")
    for path in FOLDER.glob("*.yaml"):
        named = set(number.findall(path.read_text(encoding="utf-8")))
        assert named <= found, path.name
    for definition in library.values():
        for version in definition.versions:
            if not number.search(version.source.doc):
                said = version.source.doc
                assert said.startswith(("文号未查到", "内蒙古日报", "新华社")), definition.id
                if said.startswith("文号未查到"):
                    assert version.status == "assumed", (definition.id, version.key)


def test_every_fact_is_used_and_can_be_asked_in_two_languages(
    library: Library, registry: FactRegistry
) -> None:
    used = {name for definition in library.values() for name in definition.specs}
    assert set(registry) == used
    for spec in registry.values():
        for words in (spec.labels, spec.question, spec.why):
            assert words is not None, spec.name
            assert words.zh, spec.name
            assert words.en, spec.name
        assert spec.question is not None
        assert spec.question.zh.endswith(("？", "。")), spec.name


def test_policies_that_exclude_each_other_both_say_so(library: Library) -> None:
    for definition in library.values():
        for other in definition.excludes:
            assert definition.id in library[other].excludes


def test_an_english_answer_holds_no_chinese(library: Library) -> None:
    """Units, codes and sentences are all translated: nobody reads “12 个月” in English."""
    for definition in library.values():
        for case in definition.cases:
            facts = {name: KnownFact(value) for name, value in case.given.items()}
            for each in answer(definition, facts, case.as_of, language="en").conditions:
                assert not re.search(r"[\u3000-\u9fff]", each.sentence), (
                    definition.id,
                    each.sentence,
                )


def test_every_yes_or_no_that_may_change_says_what_would_do(registry: FactRegistry) -> None:
    """A near miss is a sentence to act on, never a label glued to a yes."""
    silent = {
        name
        for name, spec in registry.items()
        if spec.kind is FactKind.BOOL and not spec.fixed and not spec.flip
    }
    assert silent == set()
    for spec in registry.values():
        for words in spec.flip.values():
            assert words.zh.endswith("就符合"), spec.name
            assert words.en, spec.name


def test_a_near_miss_says_what_to_do(library: Library) -> None:
    policy = library["skill-up-subsidy"]
    case = next(each for each in policy.cases if each.given.get("has_skill_certificate"))
    facts = {name: KnownFact(value) for name, value in case.given.items()}
    facts["has_skill_certificate"] = KnownFact(value=False)
    changes = [each.change for each in answer(policy, facts, case.as_of).near_misses]
    assert changes[:1] == ["考到技能证书就符合"]
