"""Signs of fraud: sentences that are, sentences that warn of them, sums and their levels."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from denghuo.employment.logic.dated import DatedTextError, in_force
from denghuo.employment.logic.fraud import FraudReading, load_fraud_texts, read_fraud
from tests.employment.library import library_text

pytestmark = pytest.mark.no_postgres

WORDS = in_force(load_fraud_texts(library_text("fraud.yaml")), date(2026, 11, 1))


def read(body: str) -> FraudReading:
    return read_fraud(body, WORDS)


SIGNS = {
    "入职先交500元押金": "fee_up_front",
    "面试通过后缴纳服装费": "fee_up_front",
    "入职需扣押身份证原件": "papers_kept",
    "可办理贷款支付培训费用，培训贷轻松还": "loan",
    "网上刷单，一单一结": "brushing",
    "先垫付货款返佣金": "brushing",
    "做任务返佣": "brushing",
    "高价收购银行卡、电话卡": "account_lent",
    "费用转到个人账户": "private_account",
    "把钱打给老师的微信": "private_account",
    "请提供短信验证码": "verification",
    "下载蝙蝠联系": "secret_app",
    "加微信详聊": "chat_app",
    "添加老师vx：abc12345": "chat_app",
    "柬埔寨西港客服，包机票出国": "abroad",
    "动动手指，日赚500": "easy_money",
    "在家兼职，轻松月入3万": "easy_money",
    "交入会费，发展下线拿提成": "pyramid",
}

HARMLESS = [
    "不收押金，不收任何培训费",
    "谨防刷单诈骗",
    "严禁刷单",
    "免费培训，不交任何押金",
    "凡收取押金的都是骗子，请举报",
    "负责押金管理，财务收款",
    "携带身份证原件及复印件面试",
    "信贷专员，办理客户贷款业务",
    "银行卡中心客服",
    "联系电话微信同号",
    "体检费公司承担",
    "工资按月打到员工银行卡",
    "反诈中心宣传员，普及反刷单知识",
    "月薪5000-8000元",
    "发展新客户，维护下游客户",
]


@pytest.mark.parametrize(("sentence", "sign"), SIGNS.items())
def test_signs(sentence: str, sign: str) -> None:
    found = {signal.id: signal for signal in read(sentence).signals}
    assert sign in found
    signal = found[sign]
    assert sentence[signal.start : signal.end] == signal.words
    assert signal.sentence.zh
    assert signal.sentence.en
    assert signal.basis


@pytest.mark.parametrize("sentence", HARMLESS)
def test_harmless(sentence: str) -> None:
    assert read(sentence) == FraudReading("none", 0, ())


def test_every_sign_is_tried_here() -> None:
    assert {rule.id for rule in WORDS.signals} == set(SIGNS.values())


@pytest.mark.parametrize(
    ("body", "level", "score"),
    [
        ("加微信详聊", "none", 15),
        ("入职先交500元押金", "look", 40),
        # 40 + 15 + 20 because they stand together
        ("入职先交500元押金，加微信详聊", "hold", 75),
        ("刷单", "hold", 60),
        ("刷单，刷单，刷单", "hold", 60),
        ("刷单，收购银行卡，扣押身份证", "hold", 100),
    ],
)
def test_levels(body: str, level: str, score: int) -> None:
    reading = read(body)
    assert (reading.level, reading.score) == (level, score)


@pytest.mark.parametrize(
    ("high", "usual", "weight"),
    [
        (2_000_000, 1_000_000, 20),
        (1_999_900, 1_000_000, 0),
        (3_000_000, 1_000_000, 35),
        (None, 1_000_000, 0),
        (3_000_000, None, 0),
        (3_000_000, 0, 0),
    ],
)
def test_pay_far_above(high: int | None, usual: int | None, weight: int) -> None:
    reading = read_fraud("", WORDS, pay_high_fen=high, usual_high_fen=usual)
    assert reading.score == weight
    assert bool(reading.signals) == bool(weight)


def test_an_unknown_employer_adds_a_little() -> None:
    assert read_fraud("", WORDS, employer_known=False).score == 10


@given(st.lists(st.sampled_from(sorted(SIGNS)), max_size=6))
def test_more_signs_never_weigh_less(sentences: list[str]) -> None:
    scores = [read("。".join(sentences[:count])).score for count in range(len(sentences) + 1)]
    assert scores == sorted(scores)
    assert all(0 <= score <= 100 for score in scores)


@given(st.text(max_size=200))
def test_any_text(text: str) -> None:
    for signal in read(text).signals:
        assert text[signal.start : signal.end] == signal.words


def test_a_wrong_text_is_refused() -> None:
    text = library_text("fraud.yaml")
    with pytest.raises(DatedTextError, match="before it is held"):
        load_fraud_texts(text.replace("look_at: 30", "look_at: 60"))
    with pytest.raises(DatedTextError, match="no signal"):
        load_fraud_texts(text.replace("[chat_app, easy_money]", "[chat_app, nobody]"))
    with pytest.raises(DatedTextError):
        load_fraud_texts(text.replace("weight: 40", "weight: 400", 1))
