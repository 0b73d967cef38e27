"""The rows of the matrix for what was agreed: looked at as every party to the agreement.

The rows of one page or one kind of thing are in a module of their own, named after it, and gathered here.
"""

from tests.permissions.change_rows import CHANGE_ROWS
from tests.permissions.contract_rows import CONTRACT_ROWS
from tests.permissions.function_rows import FUNCTION_ROWS
from tests.permissions.matrix import AGREED, ALL_PARTIES, Row, code, every
from tests.permissions.raci_rows import RACI_ROWS
from tests.permissions.service_level_rows import SERVICE_LEVEL_ROWS
from tests.permissions.vendor_rows import VENDOR_ROWS

_AGREEMENT_ROWS = [
    Row("contracts:agreements", "GET", ALL_PARTIES),
    Row("contracts:agreement", "GET", every("ok", *AGREED), kwargs=code),
]

PARTY_ROWS: list[Row] = [
    *_AGREEMENT_ROWS,
    *VENDOR_ROWS,
    *CONTRACT_ROWS,
    *RACI_ROWS,
    *CHANGE_ROWS,
    *SERVICE_LEVEL_ROWS,
    *FUNCTION_ROWS,
]
