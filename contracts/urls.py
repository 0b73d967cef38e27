"""Accounts, inbox, agreements and documents."""

from django.urls import path

from contracts import change_urls, contract_urls, raci_urls, service_level_urls, vendor_urls
from contracts.views import accounts, agreements, documents, inbox

app_name = "contracts"

urlpatterns = [
    path("login/", accounts.login, name="login"),
    path("logout/", accounts.logout, name="logout"),
    path("password/", accounts.change_password, name="password_change"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/read/", inbox.read, name="inbox_read"),
    path("agreements/", agreements.agreements, name="agreements"),
    path("agreements/<str:code>/", agreements.agreement, name="agreement"),
    *contract_urls.patterns,
    path("documents/<uuid:document_id>/", documents.document, name="document"),
    *vendor_urls.patterns,
    *raci_urls.patterns,
    *service_level_urls.patterns,
    *change_urls.patterns,
]
