"""What the agent of CS-REPLY puts out: messages sorted, replies drafted and sent, in Japanese and in English."""

from datetime import datetime
from random import Random
from typing import Any

from governance.demo import texts
from governance.demo.specs import Draft

WRONG_SORTED, WRONG_DRAFTED = 0.02, 0.17
_STEPS = ["classify"] * 35 + ["draft"] * 17 + ["send"] * 7 + ["closure"]
_FLAVOURS = {
    "plain": 84.0,
    "angry": 4.0,
    "grave": 2.5,
    "uncited": 3.0,
    "unsure": 4.0,
    "refund": 2.0,
    "large_refund": 0.5,
}
_JA, _EN = 0, 1


def make(
    dice: Random, at: datetime, bad: bool, flavour: str = "", step: str = "", language: str = ""
) -> Draft:
    """One output of Scribe; it has no bad days in this story."""
    step = step or dice.choice(_STEPS)
    flavour = flavour or dice.choices(list(_FLAVOURS), weights=list(_FLAVOURS.values()))[0]
    language = language or ("ja" if dice.random() < 0.7 else "en")
    tongue = _JA if language == "ja" else _EN
    talk = _Talk(dice, tongue, flavour)
    output, truth, reason = _output(step, talk, dice, tongue)
    payload: dict[str, Any] = {
        "process": "CS-REPLY",
        "step": step,
        "source": dice.choice(["e-mail", "chat", "web form"]),
        "subject_ref": f"customer:{talk.customer}",
        "customer": {"name": talk.name},
        "language": language,
        "input": talk.input(tongue),
        "ai_output": output,
        "confidence": dice.randrange(480, 799) / 1000
        if flavour == "unsure"
        else dice.randrange(810, 990) / 1000,
        "factors": [{"name": "closest article", "weight": 0.8}],
        "citations": []
        if flavour == "uncited"
        else [{"source": f"KB-{talk.topic}-{dice.randrange(10, 40)}"}],
        "attributes": {
            "sentiment": str(
                -dice.randrange(62, 98) / 100 if flavour == "angry" else dice.randrange(-40, 80) / 100
            )
        },
        "model_version": "scribe-7.0",
        "endpoint": "scribe-jp",
        "lineage": [{"source_system": "zendesk", "source_record_id": f"T{dice.randrange(10**6, 10**7)}"}],
    }
    if step in {"draft", "send"}:
        payload |= {"amount": str(talk.refund), "currency": "JPY"}
    return Draft(at, payload, truth, reason, "The customer asked for it in writing")


class _Talk:
    """One message of a customer and the reply it would get."""

    def __init__(self, dice: Random, tongue: int, flavour: str) -> None:
        topics = (
            [entry for entry in texts.MESSAGES if entry[0] == "refund"]
            if "refund" in flavour
            else texts.MESSAGES
        )
        self.topic, ja, ja_reply, en, en_reply = dice.choice(topics)
        goods = dice.choice(texts.GOODS)[tongue]
        self.refund = 0
        if self.topic == "refund":
            limits = {"refund": (10_000, 29_000), "large_refund": (50_000, 90_000)}.get(
                flavour, (1_200, 9_000)
            )
            self.refund = dice.randrange(*limits, 100)
        self.name = dice.choice((texts.JA_NAMES, texts.EN_NAMES)[tongue])
        self.customer = dice.randrange(10_000, 99_999)
        message = (ja, en)[tongue].format(x=goods, n=self.refund)
        if flavour == "angry":
            message += texts.ANGRY[tongue]
        if flavour == "grave":
            message += dice.choice(texts.GRAVE)[tongue].format(x=goods)
        signed = f"{self.name}です。{message}" if tongue == _JA else f"{message} {self.name}"
        self.message = f"{signed} {dice.choice(['', f'customer{self.customer}@mail.example'])}".strip()
        self.reply = (ja_reply, en_reply)[tongue].format(x=goods, n=self.refund)
        self.goods = goods

    def input(self, tongue: int) -> dict[str, Any]:
        return {
            "message": self.message,
            "thread": "初回のお問い合わせです。" if tongue == _JA else "First contact.",
            "article": {"title": self.topic, "text": self.reply},
            "order": {"goods": self.goods, "bought": "3 months ago", "warranty": "1 year"},
        }


def _output(step: str, talk: _Talk, dice: Random, tongue: int) -> tuple[dict[str, Any], dict[str, Any], str]:
    full = f"{talk.reply}{texts.DISCLOSURE[tongue]}"
    if step == "classify":
        output: dict[str, Any] = {"topic": talk.topic}
        return output, ({"topic": "other"} if dice.random() < WRONG_SORTED else {}), "WRONG_FACT"
    if step == "closure":
        output = {"action": "close", "reply": full}
        return output, ({"action": "keep"} if dice.random() < 0.3 else {}), "CUSTOMER_CONTEXT"
    output = {"reply": full}
    if step == "draft":
        output["refund"] = str(talk.refund)
    wrong, trifle = dice.random() < WRONG_DRAFTED, dice.random() < 0.12
    if wrong and step == "draft" and talk.refund and dice.random() < 0.5:
        return output, {"refund": str(talk.refund // 2)}, "WRONG_POLICY"
    if wrong:
        said = (
            "ご連絡ありがとうございます。担当部署で確認のうえ、改めてご案内いたします。",
            "Thank you for writing. Our workshop looks into it and we come back to you.",
        )
        return output, {"reply": said[tongue] + texts.DISCLOSURE[tongue]}, "UNGROUNDED"
    if trifle:
        return output, {"reply": full.replace("。", "。 ", 1) if tongue == _JA else f"Hello,\n{full}"}, "TONE"
    return output, {}, ""
