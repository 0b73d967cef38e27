import json

import pytest

from audit.verifier import audit_verify, witness
from tests.audit.verifier import evidence
from tests.audit.verifier.running import LOG


@pytest.fixture
def check(tmp_path, capsys):
    """Check a bundle, given as bytes or as a folder's files, with the policy of the test or another."""
    (tmp_path / "policy").write_bytes(evidence.POLICY)

    def program(bundle: bytes | dict[str, bytes], *argv: str, policy: bool = True) -> tuple[int, dict]:
        path = tmp_path / "bundle"
        if isinstance(bundle, bytes):
            path.write_bytes(bundle)
        else:
            path.mkdir(exist_ok=True)
            for name, data in bundle.items():
                (path / name).write_bytes(data)
        trust = ["--policy", str(tmp_path / "policy")] if policy else []
        status = audit_verify.main(["bundle", str(path), *trust, "--json", *argv])
        answer = json.loads(capsys.readouterr().out)
        assert answer["exit"] == status
        assert answer["reason"] or status == 0
        return status, answer

    return program


@pytest.fixture
def one(tmp_path):
    """A witness of its own for one test, asked without a socket."""
    signer = witness.init(str(tmp_path / "w"), "witness.example/w", [witness.COSIGNATURE])[0]
    logs = witness.watched([str(LOG.verifier)])
    return witness.Witness([signer], logs, witness.Memory(str(tmp_path / "w")))
