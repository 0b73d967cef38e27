"""The words the demo world is made of: invented people, suppliers, vehicles, complaints and replies."""

from decimal import Decimal
from random import Random

SUPPLIERS = [
    ("Brandt Dichtungen GmbH", "Essen", "Ute Sommerfeld"), ("Gießerei Althaus KG", "Siegen", "Rolf Keßler"),
    ("Nordlager Wälzlager GmbH", "Lübeck", "Heike Petersen"), ("Pohl Elektromotoren AG", "Ulm", "Matthias Rath"),
    ("Vink Logistiek B.V.", "Venlo", "Sanne Vink"), ("Aciers Lambert SAS", "Metz", "Claire Dubois"),
    ("Kovar Frézování s.r.o.", "Brno", "Petr Novotny"), ("Officina Ricci S.r.l.", "Bergamo", "Paolo Ferri"),
    ("Hesse Büroservice GmbH", "Bochum", "Karin Vollmer"), ("Tiefbau Wenzel GmbH", "Hagen", "Jörg Hartung"),
    ("Ostsee Lacke GmbH", "Rostock", "Anke Thiele"), ("Ferrum Handels GmbH", "Linz", "Bernhard Egger"),
]  # fmt: skip
PARTS = [
    "valve seats DN50",
    "mechanical seals",
    "ball bearings 6204",
    "impellers",
    "cast housings",
    "three-phase motors",
    "shaft sleeves",
    "gaskets",
    "paint, RAL 5010",
    "freight to Essen",
    "control cabinets",
    "toner and paper",
]
FIRST_NAMES = [
    "Aisling",
    "Brendan",
    "Ciarán",
    "Deirdre",
    "Eoin",
    "Fiona",
    "Gráinne",
    "Niamh",
    "Oisín",
    "Siobhán",
    "Tadhg",
    "Una",
]
LAST_NAMES = [
    "Brennan",
    "Cullen",
    "Doherty",
    "Fitzgerald",
    "Gallagher",
    "Hennessy",
    "Keane",
    "Lenihan",
    "Mulcahy",
    "Quigley",
    "Redmond",
    "Tierney",
]
ROADS = ["Harbour Road", "Chapel Lane", "Sycamore Drive", "Station Road", "Mill Street", "Orchard Close"]
TOWNS = ["Galway", "Sligo", "Naas", "Ennis", "Tralee", "Drogheda"]
CARS = ["Toyota Yaris", "Škoda Octavia", "Ford Focus", "Hyundai Tucson", "VW Golf", "Nissan Qashqai"]
MOTOR = [
    "was stopped at the lights on the {road} when another car ran into the back of {car}. Rear bumper and boot lid are dented; it can still be driven.",
    "reversed {car} out of a space at the shopping centre in {town} and touched a pillar. Left rear wing scraped, lamp broken.",
    "came back to {car} in {town} to find the near side mirror torn off and no note.",
    "skidded with {car} on wet leaves on the {road} and hit a stone wall at low speed. Airbags did not open; the front is pushed in.",
]  # fmt: skip
HOME = [
    "found the kitchen ceiling down after a pipe in the bathroom let go overnight. Units and floor are soaked.",
    "reports that the storm took a row of slates off the roof and rain came into the back bedroom.",
    "came home to a broken patio door; a television, a laptop and some jewellery are gone. The Gardaí were told.",
    "says a chip pan was left on the ring; the hob and two cupboards are black, nobody else was at home.",
]  # fmt: skip
HURT = [
    " The driver was taken to hospital with whiplash and a broken wrist.",
    " A cyclist was hurt: an ambulance came, and a fracture is suspected.",
]
SOLICITOR = " A letter from a solicitor came the next day."

JA_NAMES = [
    "佐藤美咲",
    "鈴木健太",
    "高橋由美",
    "田中一郎",
    "伊藤恵子",
    "渡辺大輔",
    "山本さくら",
    "中村翔",
    "小林直子",
    "加藤亮",
]
EN_NAMES = ["Hannah Okada", "Luca Bianchi", "Priscilla Grant", "Tomasz Nowak", "Emily Hartono", "Ravi Menon"]
GOODS = [("加湿器", "humidifier"), ("炊飯器", "rice cooker"), ("扇風機", "fan"), ("電気ケトル", "kettle"), ("空気清浄機", "air purifier"), ("掃除機", "vacuum cleaner")]  # fmt: skip
# Topic, message and reply, in Japanese and in English; {x} is the article, {n} the sum.
MESSAGES = [
    ("delivery", "先週注文した{x}がまだ届きません。いつ届きますか。", "お待たせして申し訳ございません。{x}は本日出荷の予定です。追跡番号は出荷後にメールでお送りします。",
     "I ordered a {x} last week and it has not come. When will it arrive?", "I am sorry for the wait. Your {x} leaves our warehouse today; the tracking number follows by e-mail."),
    ("warranty", "購入して三か月の{x}の電源が入らなくなりました。保証で直せますか。", "ご不便をおかけし申し訳ございません。{x}は一年間の保証期間内ですので、無償で修理いたします。",
     "The {x} I bought three months ago will not switch on. Is it under warranty?", "I am sorry about the trouble. Your {x} is within its one-year warranty and is repaired free of charge."),
    ("refund", "{x}に傷があったので返品し、{n}円の返金をお願いします。", "ご迷惑をおかけしました。返送を確認次第、{n}円をお支払い方法に返金いたします。",
     "The {x} came with a scratch. I would like to return it and have {n} yen back.", "I am sorry about that. Once the {x} is back with us we refund {n} yen to your card."),
    ("usage", "{x}のお手入れの方法を教えてください。", "{x}は電源を切り、冷めてから柔らかい布で拭いてください。フィルターは月に一度の清掃をおすすめします。",
     "How do I clean the {x}?", "Switch the {x} off, let it cool, and wipe it with a soft cloth. We recommend cleaning the filter once a month."),
    ("account", "ポイントが反映されていません。確認してもらえますか。", "ご連絡ありがとうございます。ポイントはお買い上げの三日後に反映されます。",
     "My points for the {x} are not in my account. Could you check?", "Thank you for writing. Points appear three days after the purchase of your {x}."),
]  # fmt: skip
ANGRY = (
    "もう三回目の問い合わせです。本当に腹が立ちます。",
    "This is the third time I am writing. I am furious.",
)
GRAVE = [
    ("{x}から煙が出て、コンセントが焦げました。", "Smoke came out of the {x} and the socket is scorched."),
    ("対応がなければ消費者センターと弁護士に相談します。", "Unless you act I will go to the ombudsman and to a lawyer."),
    ("私の個人データを削除してください。", "Please delete my data, all of it."),
    ("子供が{x}で指を挟みました。", "My son caught his finger in the {x}."),
]  # fmt: skip
DISCLOSURE = (
    "（この返信はAIの下書きを担当者が確認しました）",
    "(Drafted with the help of AI and checked by a person.)",
)


def iban(dice: Random) -> str:
    """An account number in Germany whose check digits are right and whose bank does not exist."""
    body = f"99999999{dice.randrange(10**10):010d}"
    check = 98 - int(f"{body}131400") % 97
    return f"DE{check:02d}{body}"


def amount(dice: Random, low: int, high: int) -> Decimal:
    """A sum between two limits, with cents, small ones more often than large ones."""
    return (
        Decimal(low) + Decimal(high - low) * Decimal(dice.random() ** 2).quantize(Decimal("0.0001"))
    ).quantize(Decimal("0.01"))


def person(dice: Random) -> str:
    return f"{dice.choice(FIRST_NAMES)} {dice.choice(LAST_NAMES)}"


def mobile(dice: Random) -> str:
    return f"+353 85 {dice.randrange(1000):03d} {dice.randrange(10000):04d}"
