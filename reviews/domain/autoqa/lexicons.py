"""The words that say how somebody feels, by language and strength, and what turns or strengthens them.

Written for letters to a service desk; an English or German word stands for its inflections too. Japanese is written
without blanks, so its words are stems that are looked for anywhere, and what turns them comes after them.
"""

from collections.abc import Iterator
from functools import lru_cache

POSITIVE: dict[str, dict[int, str]] = {
    "en": {
        3: "excellent wonderful superb delighted thrilled fantastic outstanding brilliant perfect amazing",
        2: "great happy pleased grateful love lovely helpful friendly kind impressed glad recommend satisfied reliable "
        "thanks appreciate",
        1: "good nice thank fine quick easy clear polite welcome solved resolved fair useful okay prompt smooth",
    },
    "de": {
        3: "hervorragend ausgezeichnet begeistert wunderbar großartig fantastisch perfekt traumhaft",
        2: "toll super froh glücklich zufrieden dankbar freundlich hilfsbereit zuverlässig angenehm empfehlen erfreut "
        "erfreulich lieben",
        1: "gut nett danke dank schnell einfach klar höflich gelöst fair nützlich prima gern gerne reibungslos",
    },
    "ja": {
        3: "素晴らし 最高 感激 感動",
        2: "嬉し うれし 満足 感謝 助かり 助かる 丁寧 大好き おすすめ",
        1: "良い 良かった よかった ありがと 便利 親切 早い 早く届 きれい 綺麗 安心",
    },
}
NEGATIVE: dict[str, dict[int, str]] = {
    "en": {
        3: "furious outrageous disgusting disgusted disgraceful appalling livid enraged hate worst scandalous unbearable "
        "horrible",
        2: "angry terrible awful unacceptable useless scam fraud liar lied rude ridiculous fed shameful disappointed "
        "disappointing frustrated frustrating incompetent dangerous threatened insulting lawsuit",
        1: "bad broken late wrong problem trouble delay delayed damaged faulty missing poor slow unhappy annoyed annoying "
        "complain complaint worried refuse refused fail failed scratch scratched upset unfair rejected cancel",
    },
    "de": {
        3: "empörend skandalös widerlich abscheulich unerträglich wütend stinksauer katastrophal katastrophe hassen "
        "entsetzt schlimmste unverschämt unverschämtheit",
        2: "ärgerlich schrecklich furchtbar inakzeptabel nutzlos betrug betrüger gelogen frech lächerlich enttäuscht "
        "enttäuschend enttäuschung frustriert unfähig gefährlich sauer zumutung mies beleidigend klage",
        1: "schlecht kaputt verspätet falsch problem ärger verzögerung beschädigt defekt fehlt fehler langsam unzufrieden "
        "nervig beschwerde beschweren sorge verweigert abgelehnt kratzer unfair mangel mangelhaft stornieren",
    },
    "ja": {
        3: "腹が立 激怒 最悪 許せな 許せません 最低 ふざけ 憤慨",
        2: "怒り 怒って ひどい 酷い 詐欺 嘘 失礼 不愉快 がっかり 納得でき 納得いか 信じられな 危険 迷惑 弁護士 訴え",
        1: "困って 困る 遅い 遅れ 届かな 届きませ 壊れ 故障 不良 傷 間違 問題 苦情 不満 不安 残念 心配 不便 悪い 電源が入ら",
    },
}
# Set phrases of politeness in which a word means nothing of what it says elsewhere.
NEUTRAL = {
    "en": "",
    "de": "",
    "ja": "ご迷惑をおかけ ご不便をおかけ ご心配をおかけ",
}
NEGATORS = {
    "en": frozenset(
        [
            "not",
            "no",
            "never",
            "none",
            "hardly",
            "without",
            "isn't",
            "wasn't",
            "don't",
            "doesn't",
            "didn't",
            "can't",
            "cannot",
            "won't",
        ]
    ),
    "de": frozenset(
        [
            "nicht",
            "kein",
            "keine",
            "keinen",
            "keinem",
            "keiner",
            "keines",
            "nie",
            "niemals",
            "kaum",
            "ohne",
            "weder",
        ]
    ),
}
# What comes after a Japanese word and turns it.
TURNED = ("ない", "なく", "ません", "ませんで", "なかった", "ではあり", "じゃな")
STRONGER = {
    "en": frozenset(
        [
            "very",
            "really",
            "extremely",
            "so",
            "absolutely",
            "totally",
            "completely",
            "utterly",
            "incredibly",
            "truly",
            "deeply",
        ]
    ),
    "de": frozenset(
        [
            "sehr",
            "wirklich",
            "extrem",
            "so",
            "absolut",
            "total",
            "völlig",
            "unglaublich",
            "äußerst",
            "überaus",
            "zutiefst",
        ]
    ),
    "ja": ("とても", "本当に", "大変", "非常に", "すごく", "もう", "全く", "かなり", "あまりに"),
}
WEAKER = {
    "en": frozenset(["slightly", "somewhat", "rather", "bit", "little", "fairly"]),
    "de": frozenset(["etwas", "leicht", "ziemlich", "bisschen", "eher", "wenig"]),
    "ja": ("少し", "ちょっと", "やや", "多少"),
}
_ENDINGS = {"en": ("ly", "s", "d", "ed", "ing"), "de": ("e", "en", "em", "er", "es", "n", "s", "t")}
SHORTEST_STEM = 3

RUDE = {
    "en": ("stupid", "idiot", "idiots", "moron", "shut up", "get lost", "nonsense", "your own fault", "stop whining",
           "stop complaining", "you people", "not our problem", "read properly", "obviously you", "liar"),
    "de": ("dumm", "idiot", "idioten", "trottel", "halten sie den mund", "unsinn", "selbst schuld", "hören sie auf zu jammern",
           "nicht unser problem", "lesen sie gefälligst", "gefälligst", "lügner", "frechheit", "quatsch"),
    "ja": ("馬鹿", "ばか", "バカ", "うるさい", "黙れ", "知りません。", "あなたのせい", "お客様のせい", "自業自得", "くだらない", "いい加減にして"),
}  # fmt: skip


@lru_cache(maxsize=3)
def valences(language: str) -> dict[str, int]:
    """What each word of a language weighs, from −3 to 3."""
    found = {}
    for sign, lexicon in ((1, POSITIVE), (-1, NEGATIVE)):
        for strength, words in lexicon[language].items():
            found.update(dict.fromkeys(words.split(), sign * strength))
    found.update(dict.fromkeys(NEUTRAL[language].split(), 0))
    return found


def valence(word: str, language: str) -> int:
    """What a word weighs in whatever inflection; 0 where it says nothing."""
    known = valences(language)
    return next((known[form] for form in _forms(word, language) if form in known), 0)


def _forms(word: str, language: str) -> Iterator[str]:
    yield word
    for ending in _ENDINGS[language]:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST_STEM:
            yield word.removesuffix(ending)
