"""The services that write rows without an event of their own, each with its reason."""

# Only what is ephemeral may stand here (heartbeat, draft, read-mark, delivery attempt, cursor, cached version); nothing
# that changes authority, route, verdict, visibility or agreement.
UNTRAILED: dict[str, str] = {
    "audit.services.drill_copies.fill": "a copy of a log in a folder of its own, thrown away with the drill",
    "audit.services.projecting.project": "a cursor, and rows that can be made of the trail again at any time",
    "audit.services.projecting.rebuild": "a cursor, and rows that can be made of the trail again at any time",
    "audit.services.projecting.resume": "a cursor",
    "audit.services.rows.append_rows": "how the tree adds leaves and tiles of what is recorded already",
    "audit.services.sequencing.sequence": "gives recorded events their places: the tree is the record of it",
    "audit.services.tampering.forget_signed": "tampers with such a copy, and can open nothing else",
    "contracts.services.idempotency.remember": "a copy of a reply, kept a week; its effect has its own event",
    "contracts.services.idempotency.forget": "drops those copies when the week is over",
    "contracts.services.notifications.notify": "a message about something that has its own event",
    "contracts.services.notifications.mark_read": "a read-mark",
    "contracts.services.notifications.send_due": "delivery attempts of e-mail",
    "governance.services.adding_up.add": "adds to rollups, for the projections that keep them",
    "governance.services.board_rollups.apply": "rollups: sums of what the trail says, made anew from it at any time",
    "governance.services.board_rollups.clear": "drops those rollups before they are made anew",
    "governance.services.drill_runs.begin": "asks for a drill on a copy; what came of it has its own event",
    "governance.services.drill_runs.request": "asks for a drill on a copy; what came of it has its own event",
    "governance.services.evidence_writing.expire": "removes a file that was kept long enough; that it was handed out stays",
    "governance.services.deliveries.forget": "drops what the delivery log kept for a month",
    "governance.services.webhook_feeding.feed": "a cursor, and messages made of what the trail says",
    "governance.services.webhooks.send_test": "a delivery attempt that tells of nothing",
    "governance.services.protected_attributes.drop": "part of an erasure, whose event is recorded in the same transaction",
    "governance.services.late_events.apply": "a projection: rows that can be made of the trail again at any time",
    "governance.services.late_events.clear": "a projection: rows that can be made of the trail again at any time",
    "governance.services.rule_rollups.apply": "a projection: rows that can be made of the trail again at any time",
    "governance.services.rule_rollups.clear": "a projection: rows that can be made of the trail again at any time",
    "governance.services.record_reads.apply": "a projection: rows that can be made of the trail again at any time",
    "governance.services.record_reads.clear": "a projection: rows that can be made of the trail again at any time",
    "governance.services.trail_marks.apply": "a projection: rows that can be made of the trail again at any time",
    "governance.services.trail_marks.clear": "a projection: rows that can be made of the trail again at any time",
    "reviews.services.claims.heartbeat": "a sign of life; the active seconds are a fact of the event that ends the claim",
    "reviews.services.vigilance_counting.begin_again": "sums of decisions, which the next sweep counts again",
    "reviews.services.vigilance_counting.count": "sums of decisions that have their own events, and a cursor",
    "reviews.services.workspace.save_draft": "a draft: what counts is what is submitted",
}

# Parts of a larger change: every caller is a service that records the whole of it, in the same transaction.
PARTS: dict[str, str] = {
    "audit.services.rows.append": "how recording itself adds its rows",
    "contracts.services.processes.touch": "the version that cached snapshots are kept under",
    "reviews.services.claims.end": "whoever decides, escalates or asks ends the claim and records what was done",
    "reviews.services.escalations.reopen": "undo records the withdrawal that reopens it",
    "contracts.services.matrix_drafts.editable": "the draft held for one edit or proposal, recorded with what it did",
    "reviews.services.rule_drafts.editable": "the draft held for one edit or proposal, which is recorded with what it did",
    "reviews.services.standing.move": "whoever moves a case records what was done with it",
    "reviews.services.ownership.take": "whoever opens, promotes or hands over an escalation records whose it is then",
    "reviews.services.tallies.lock": "puts one subject's interactions in a line while intake records them",
    "reviews.services.tallies.store": "what intake counted; the facts it used are in the routing snapshot",
}
