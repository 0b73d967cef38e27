"""The standard operating procedures of the demo world (requirements §6.7), each with its steps and one-page summary."""

from governance.demo.specs import Sop

AP_01 = Sop(
    "SOP-AP-01",
    "Review a flagged invoice",
    [
        "Open the purchase order, the goods receipt and the supplier record.",
        "Compare invoice, order and receipt line by line: quantity, price, total.",
        "Look at the history of the bank details; if they changed within 30 days go on with SOP-AP-02.",
        "Look at the duplicates shown: same supplier, same amount, number that differs in a digit.",
        "Decide with a reason: pay, hold or reject. A rejection names the fact that supports it.",
        "The posting follows by itself; check the account where the order was silent.",
    ],
    "Read the rule that brought the invoice here before anything else: it says what to look for. Pay only what was "
    "ordered and received; the tolerance is 2 % and €250, whichever is reached first. Hold whatever lacks a receipt. "
    "Reject only with a fact a supplier could check. If you are unsure, say so: it goes to the team lead and costs you "
    "nothing. From €25,000 a second person looks without seeing your decision; from €100,000 the CFO decides.",
)
AP_02 = Sop(
    "SOP-AP-02",
    "Call back on changed bank details",
    [
        "Take the telephone number from the supplier record of before the change, never from the invoice or the letter.",
        "Call, and let the supplier read the new account to you; do not read it out.",
        "Note whom you spoke to and when, in the note of the case.",
        "Nobody reached: hold the invoice and try again the next day.",
        "A supplier who knows of no change: escalate at once as suspected fraud.",
    ],
    "New bank details are the way most payment fraud begins. Nothing is paid to an account that is younger than 30 days "
    "before somebody has heard the supplier confirm it on a number we already had. Two people look at every such invoice.",
)
CL_01 = Sop(
    "SOP-CL-01",
    "Triage a claim",
    [
        "Read the first notice of loss in full.",
        "Check the dates of cover against the date of loss.",
        "Check for injury and for signs that the customer is vulnerable, before you look at the AI's severity.",
        "Decide severity and reserve.",
        "Decide the route; suspicion of fraud goes to special investigation.",
        "Leave a note that the next desk can work from.",
    ],
    "The person comes before the vehicle. Injury, age, distress, language or a solicitor's letter sends the claim to a "
    "senior adjuster, whatever its value. A fraud score is a reason to look, never a reason to deny. The reserve is what "
    "the claim will cost, not what the model would like it to cost.",
)
CL_02 = Sop(
    "SOP-CL-02",
    "Prepare a denial",
    [
        "Decide for yourself before looking at anything the AI wrote.",
        "Name the clause and quote it.",
        "Name at least one fact that makes the clause apply, with its source.",
        "Say what the customer could still bring to change the outcome.",
        "Send it to the claims director: nobody else makes a denial final.",
    ],
    "A denial or part payment is decided by people, and made final by the claims director. Write the file so that the "
    "customer would understand it: what happened, which clause, why it applies. If a fact is missing ask for it; do not "
    "deny for want of an answer within ten working days.",
)
CS_01 = Sop(
    "SOP-CS-01",
    "Check and send a reply",
    [
        "Read the whole thread, not only the last message.",
        "Open the cited article and check that it says what the reply says.",
        "Check the refund against the rules; goodwill adds up over 90 days.",
        "Read the reply aloud in your head: polite form, no blame, no promise of dates we do not control.",
        "Check that the reply says an AI helped to write it.",
        "Send.",
    ],
    "A reply is ours the moment it is sent. Cite or cut: what no article supports does not go out. Apologise once, say "
    "what happens next and who does it. Fire, smoke, shock or a child means safety first: tell the customer to unplug, "
    "and escalate. Lawyers, press and authorities are answered by Hanabi, never by us.",
)
GOVERNANCE = [
    Sop(
        "SOP-GOV-01",
        "Override an AI output",
        [
            "Change the output, or replace it; the change takes effect at once.",
            "Choose the reason that fits best.",
            "Write one sentence a colleague could check.",
        ],
        "Every reviewer may override on every item he holds; nobody is asked to justify an override by its number. The "
        "effect comes first, the paperwork after. A replaced output is a finding for the model's owner.",
    ),
    Sop(
        "SOP-GOV-02",
        "Escalate",
        [
            "Escalate when a rule says so, when you are unsure, or when stopping seems right.",
            "Write the question you need answered.",
            "Whoever owns the level acknowledges, then decides or moves it up.",
            "What nobody takes on in time moves up by itself.",
        ],
        "The path and its clock are on every case. An escalation always belongs to one named person, with a deputy. A "
        "healthy team escalates: silence is not a sign of quality.",
    ),
    Sop(
        "SOP-GOV-03",
        "Halt and resume",
        [
            "Anybody with the grant halts first and explains after.",
            "Tell the client within an hour and the AI vendor within four.",
            "Resume only by two people, one of them the client's.",
        ],
        "Halt when personal data leaks, when a wrong payment goes out, or when a model answers that nobody declared.",
    ),
    Sop(
        "SOP-GOV-04",
        "Change a model",
        [
            "The vendor gives notice with before and after figures.",
            "Classify the change by impact and data.",
            "Test on the golden set, then on a share of the work with every item reviewed.",
            "The client approves; silence is not consent.",
        ],
        "A model version decides nothing before somebody approved it. An undeclared version sends every item to a person.",
    ),
    Sop(
        "SOP-GOV-05",
        "Report a concern",
        [
            "Say what you saw, on paper or in the portal, with or without your name.",
            "The concern officer answers within seven days.",
            "What was changed because of it is published.",
        ],
        "Concerns go to an officer outside the line. Nobody suffers for one raised in good faith.",
    ),
]
