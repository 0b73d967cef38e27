"""What a rule does and how grave it is, in the words of those who write rules."""

from reviews.domain.routing import Effect

EFFECTS = {
    Effect.HUMAN_REVIEW: "human review",
    Effect.SECOND_REVIEW: "two reviewers, neither seeing the other’s answer",
    Effect.SENIOR_ONLY: "senior reviewers only",
    Effect.CLIENT_FINAL: "the client decides",
    Effect.BLOCK: "hold back in quarantine",
    Effect.SAMPLE_BOOST: "sample more often",
}
SEVERITIES = {
    1: "1 · harm, or to be reported",
    2: "2 · money or privacy at risk",
    3: "3 · service affected",
    4: "4 · a question",
}
