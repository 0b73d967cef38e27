"""Words in what came in that speak to the model instead of the desk: attempts to give it other orders.

Whoever attacks chooses the language, so the patterns of all languages are always looked for. Every repetition in them is
bounded.
"""

import re
from collections.abc import Iterator

from reviews.domain.autoqa import reading
from reviews.domain.autoqa.engine import Finding
from reviews.enums import AutoFlag

MOST_UNSEEN = 8

_PATTERNS: dict[str, tuple[str, ...]] = {
    "asks to ignore its orders": (
        r"\b(?:ignore|disregard|forget|override|bypass)\b[^.\n]{0,30}\b(?:instruction|prompt|guideline|direction|rule|order|polic)",
        r"\b(?:ignorier|vergiss|vergessen|missacht|übergeh|überschreib)\w{0,5}\b[^.\n]{0,40}\b(?:anweisung|vorgabe|regel|instruktion|befehl|richtlinie|prompt)",
        r"(?:指示|命令|ルール|プロンプト|規則|設定)(?:を|は|の)?[^。\n]{0,10}(?:無視|忘れ|破棄|上書き)",
    ),
    "gives it another role": (
        r"\byou are (?:now|no longer)\b[^.\n]{0,40}\b(?:assistant|model|ai|bot|admin|developer|unrestricted|bound)",
        r"\b(?:pretend|act|behave) as (?:if|though)\b[^.\n]{0,40}\b(?:no (?:rules|limits|restrictions|filters)|unrestricted)",
        r"\bdu bist (?:jetzt|ab sofort|nun|nicht mehr)\b[^.\n]{0,40}\b(?:assistent|modell|ki|bot|admin|entwickler)",
        r"\b(?:developer|jailbreak|god|dan) mode\b|\bentwicklermodus\b|開発者モード|脱獄モード",
        r"あなたは(?:今から|これから|もう)[^。\n]{0,20}(?:ai|アシスタント|モデル|管理者|制限)",
    ),
    "asks for its hidden orders": (
        r"\b(?:reveal|print|show|repeat|output|tell)\b[^.\n]{0,25}\b(?:system prompt|hidden prompt|(?:initial|secret|hidden|original) instructions)",
        r"\b(?:zeig|nenn|wiederhol|verrat|gib)\w{0,4}\b[^.\n]{0,30}\b(?:systemprompt|system-prompt|geheimen? anweisungen|ursprünglichen? anweisungen)",
        r"(?:システムプロンプト|隠された指示|初期設定の指示)[^。\n]{0,10}(?:表示|見せ|教え|出力)",
    ),
    "orders a decision": (
        r"\b(?:mark|classify|treat|score|rate) (?:this|it|me|my \w{1,20}) (?:as )?(?:approved|safe|low[- ]risk|valid|paid)\b[^.\n]{0,40}\b(?:regardless|without|no matter|always)",
        r"\b(?:genehmige|bewerte|markiere)\b[^.\n]{0,30}\b(?:ohne prüfung|ungeprüft|in jedem fall|egal)",
        r"(?:必ず|確認せず|審査なし)[^。\n]{0,10}(?:承認|許可)(?:して|しろ|せよ)",
    ),
    "imitates the marks of a conversation": (
        r"<\|?(?:im_start|im_end|system|endoftext)\|?>|\[/?inst\]|<<sys>>",
        r"(?:^|\n) ?#{2,4} ?(?:system|instruction)s?\b ?:?",
    ),
}
_COMPILED = {what: tuple(re.compile(pattern) for pattern in patterns) for what, patterns in _PATTERNS.items()}
# Without one of these there is no match: a look for words is faster than fifteen patterns.
_HINTS = re.compile(
    r"instruction|prompt|guideline|direction|rule|order|polic|anweisung|vorgabe|regel|instruktion|befehl|richtlinie|指示|命令"
    r"|ルール|規則|設定|プロンプト|you are|as if|as though|du bist|mode\b|modus\b|モード|あなたは|regardless|without|no matter|always|ohne|"
    r"prüf|in jedem fall|egal|必ず|確認せず|審査なし|<|\[/?inst|##"
)


def findings(text: str) -> Iterator[Finding]:
    """Each kind of attempt once."""
    low = _lines(text)
    if _HINTS.search(low):
        for what, patterns in _COMPILED.items():
            if any(pattern.search(low) for pattern in patterns):
                yield Finding(AutoFlag.INJECTION, f"What came in {what}")
    if reading.unseen(text) > MOST_UNSEEN:
        yield Finding(AutoFlag.INJECTION, "What came in holds text that nobody can see")


def _lines(text: str) -> str:
    """As it is compared, line by line: the marks of a conversation stand at the beginning of one."""
    return "\n".join(reading.plain(line) for line in text.split("\n"))
