"""The words of the sensitive classes, in lower case: single words, phrases of Latin scripts, and Japanese stems."""

WORDS = {
    "health": """injury injuries injured diagnosis diagnosed diagnoses hospital hospitalised hospitalized hospitalisation surgery
        surgical surgeon doctor doctors physician illness ill sick sickness disease cancer tumour tumor diabetes diabetic asthma
        allergy allergic depression depressed anxiety psychiatric psychiatrist psychotherapy therapy medication medicine prescription
        pregnant pregnancy miscarriage disability disabled wheelchair whiplash fracture fractured concussion ambulance stroke epilepsy
        hiv aids covid chemotherapy dementia alzheimer medical patient symptoms bleeding unconscious
        verletzt verletzte verletzten verletzung verletzungen krankenhaus klinik arzt ärztin ärzte ärztlich diagnose diagnostiziert
        krankheit krank erkrankt erkrankung krebs operation operiert medikament medikamente rezept schwanger schwangerschaft
        behinderung schwerbehindert schleudertrauma gebrochen knochenbruch gehirnerschütterung depressionen allergie psychotherapie
        krankschreibung krankgeschrieben patient patientin notaufnahme schlaganfall herzinfarkt""",
    "minor": """child children underage minors toddler infant schoolchild teenager teenage kid kids
        kinder minderjährig minderjährige minderjähriger minderjährigen säugling kleinkind schulkind schüler schülerin jugendlicher""",
    "financial": """iban overdraft mortgage salary payslip bankruptcy insolvency insolvent creditworthiness
        kontonummer bankverbindung kreditkarte gehalt überziehung insolvenz insolvent lohnabrechnung bonität kontoauszug schufa""",
    "credentials": "password passwords passwort passwörter kennwort passcode passphrase credentials zugangsdaten apikey pin otp totp",
    "legal_threat": """lawyer lawyers attorney solicitor solicitors barrister lawsuit lawsuits litigation suing subpoena
        anwalt anwältin rechtsanwalt rechtsanwältin anwaltlich klage verklagen verklage rechtsstreit gericht abmahnung strafanzeige""",
    "regulator": """regulator regulators ombudsman ombudsperson bafin ico ftc cfpb verbraucherschutz verbraucherzentrale
        aufsichtsbehörde schlichtungsstelle ombudsmann datenschutzbehörde""",
    "press": "journalist journalists newspaper newspapers reporter reporters journalistin zeitung presse",
    "data_request": "gdpr dsgvo dsar datenauskunft auskunftsersuchen",
    "safety": """explosion exploded overheated overheating electrocuted smoke fire burned burnt hazard hazardous
        explodiert überhitzt stromschlag brand verbrannt rauch lebensgefahr""",
}

PHRASES = {
    "health": (
        "heart attack",
        "mental health",
        "broken arm",
        "broken leg",
        "broken bone",
        "health condition",
        "emergency room",
        "blood pressure",
    ),
    "minor": (
        "my son",
        "my daughter",
        "minor child",
        "under age",
        "under 18",
        "mein sohn",
        "meine tochter",
        "mein kind",
        "unter 18",
    ),
    "financial": (
        "bank account",
        "account number",
        "bank details",
        "credit card",
        "debit card",
        "card number",
        "credit score",
        "sort code",
    ),
    "credentials": (
        "api key",
        "access key",
        "secret key",
        "private key",
        "access token",
        "security code",
        "one-time code",
    ),
    "legal_threat": (
        "legal action",
        "legal proceedings",
        "sue you",
        "will sue",
        "take you to court",
        "see you in court",
        "go to court",
        "small claims",
        "letter before action",
        "rechtliche schritte",
        "vor gericht",
    ),
    "regulator": (
        "data protection authority",
        "data protection commission",
        "central bank",
        "consumer protection",
        "financial conduct authority",
        "trading standards",
    ),
    "press": ("the press", "media outlet", "go to the media", "press coverage", "die medien"),
    "data_request": (
        "delete my data",
        "delete all my data",
        "erase my data",
        "copy of my data",
        "right to be forgotten",
        "right of access",
        "subject access request",
        "data subject request",
        "löschen sie meine daten",
        "meine daten löschen",
        "auskunft über meine daten",
        "recht auf vergessenwerden",
    ),
    "safety": (
        "caught fire",
        "electric shock",
        "gas leak",
        "carbon monoxide",
        "fing feuer",
        "choking hazard",
    ),
}

JAPANESE = {
    "health": (
        *(
            "怪我",
            "けが",
            "ケガ",
            "負傷",
            "病院",
            "入院",
            "通院",
            "診断",
            "手術",
            "病気",
            "医師",
            "医者",
            "妊娠",
            "障害者",
            "うつ病",
        ),
        *("薬", "アレルギー", "骨折", "持病", "糖尿病", "救急", "癌", "体調不良", "患者"),
    ),
    "minor": (
        "未成年",
        "子供",
        "子ども",
        "こども",
        "小学生",
        "中学生",
        "高校生",
        "幼児",
        "赤ちゃん",
        "息子",
        "娘",
    ),
    "financial": (
        "口座番号",
        "銀行口座",
        "クレジットカード",
        "カード番号",
        "給与",
        "年収",
        "自己破産",
        "借金",
    ),
    "credentials": ("パスワード", "暗証番号", "認証コード", "ワンタイム"),
    "legal_threat": ("弁護士", "訴訟", "法的措置", "裁判", "訴え", "告訴", "内容証明"),
    "regulator": (
        "消費者庁",
        "消費生活センター",
        "国民生活センター",
        "金融庁",
        "個人情報保護委員会",
        "監督官庁",
    ),
    "press": ("新聞", "マスコミ", "報道", "記者", "週刊誌", "テレビ局"),
    "data_request": (
        "個人情報の削除",
        "個人情報を削除",
        "個人情報の開示",
        "開示請求",
        "データを削除",
        "情報を削除",
    ),
    "safety": ("発火", "火災", "火傷", "やけど", "感電", "爆発", "発煙", "煙が", "異臭"),
}
