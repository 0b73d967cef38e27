"""The addresses of a log's proofs, below /api/v1/audit/<log>/."""

from django.urls import path

from governance.api import audit

patterns = [
    path("<str:log>/checkpoint", audit.CheckpointView.as_view(), name="api_checkpoint"),
    path("<str:log>/tile/entries/<path:tile>", audit.EntryTileView.as_view(), name="api_entry_tile"),
    path("<str:log>/tile/<path:tile>", audit.TileView.as_view(), name="api_tile"),
    path("<str:log>/entries", audit.EntriesView.as_view(), name="api_entries"),
    path("<str:log>/proof/inclusion", audit.InclusionView.as_view(), name="api_inclusion"),
    path("<str:log>/proof/consistency", audit.ConsistencyView.as_view(), name="api_consistency"),
    path("<str:log>/events/<uuid:uid>", audit.EventView.as_view(), name="api_event"),
    path("<str:log>/events/<uuid:uid>/proof", audit.EventProofView.as_view(), name="api_event_proof"),
    path("<str:log>/receipts/<uuid:uid>", audit.ReceiptView.as_view(), name="api_receipt"),
]
