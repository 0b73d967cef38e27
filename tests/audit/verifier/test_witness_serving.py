"""Witnesses in processes of their own, asked over sockets."""

import http.client
import shutil
import socket
from concurrent.futures import ThreadPoolExecutor

import pytest

from audit.domain import merkle, note, policy
from audit.domain.checkpoint import Checkpoint
from audit.domain.note_keys import Kind
from audit.domain.witnessing import Ahead, Cosigned, Forked, Refused, Stale
from audit.verifier import witness
from tests.audit.domain import notes
from tests.audit.verifier import running
from tests.audit.verifier.running import FORKED, LOG, TREE, command, request, signed


def test_m2_a_growing_log_is_cosigned_and_a_rewritten_one_is_not(tmp_path):
    with running.running(tmp_path / "w1") as first, running.running(tmp_path / "w2") as second:
        for old, new in ((0, 5), (5, 5), (5, 100), (100, 257)):
            answers = [witness.answer(old, new) for witness in (first, second)]
            assert all(isinstance(answer, Cosigned) for answer in answers)
        cosigned = note.with_signatures(signed(257), [one for answer in answers for one in answer.signatures])
        both = f"log {LOG.verifier}\nwitness A {first.keys[0]}\nwitness B {second.keys[0]}\ngroup G all A B\nquorum G\n"
        assert policy.open_checkpoint(cosigned, policy.parse(both.encode()))[0].size == 257

        assert isinstance(first.answer(257, 300, FORKED), Forked)
        assert isinstance(first.answer(257, 257, FORKED), Forked)
        assert first.answer(5, 300) == Stale(257)
        assert first.answer(5, 100) == Ahead(257)
        assert isinstance(first.answer(257, 300), Cosigned)


def test_m2_a_log_restored_from_an_old_backup_is_not_cosigned(tmp_path):
    with running.running(tmp_path / "w") as one:
        one.add(0, 200)
        assert one.answer(0, 150) == Ahead(200)
        assert one.answer(150, 160) == Ahead(200)
        assert one.add(200, 150).status == 400


def test_m2_a_witness_remembers_over_a_restart(tmp_path):
    with running.running(tmp_path / "w") as one:
        one.add(0, 200)
    with running.running(tmp_path / "w") as one:
        assert one.answer(0, 150) == Ahead(200)
        assert isinstance(one.answer(200, 201), Cosigned)
        assert isinstance(one.answer(201, 220, FORKED), Forked)


def test_m2_a_database_restored_from_an_old_backup_does_not_make_it_forget(tmp_path):
    state, journal = tmp_path / "w", tmp_path / "elsewhere" / "journal"
    journal.parent.mkdir()
    with running.running(state, "--journal", journal) as one:
        one.add(0, 100)
    shutil.copytree(state, tmp_path / "backup")
    with running.running(state, "--journal", journal) as one:
        assert isinstance(one.answer(100, 200), Cosigned)
    shutil.rmtree(state)
    shutil.copytree(tmp_path / "backup", state)

    with running.running(state, "--journal", journal) as one:
        assert one.answer(100, 150, FORKED) == Ahead(200)
        assert isinstance(one.answer(200, 300, FORKED), Forked)
        assert isinstance(one.answer(200, 300), Cosigned)


@pytest.mark.parametrize("processes", [1, 2])
def test_of_many_at_once_each_size_is_passed_once_and_none_twice(tmp_path, processes):
    """Sixteen rivals, half of them with a rewritten log; with two processes on one folder as well."""
    with running.running(tmp_path / "w") as one, running.running(tmp_path / "w") as other:
        one.add(0, 10)
        servers = [one, other][:processes]
        jobs = [(10, 20 + number, FORKED if number % 2 else TREE) for number in range(16)]
        with ThreadPoolExecutor(16) as pool:
            replies = list(pool.map(lambda job: servers[job[1] % processes].add(*job), jobs))

        won = [job for job, reply in zip(jobs, replies, strict=True) if reply.status == 200]
        assert len(won) == 1
        assert won[0][2] is TREE
        assert {reply.status for reply in replies} <= {200, 409, 422}
        sizes = {reply.body for reply in replies if reply.status == 409}
        assert sizes <= {f"{won[0][1]}\n".encode()}
        assert isinstance(one.answer(won[0][1], 300), Cosigned)


def test_a_race_up_the_tree_never_goes_back(tmp_path):
    """Eight clients push the log forward at once; every cosigned size lies on one line."""
    with running.running(tmp_path / "w") as one:

        def push(start: int) -> list[int]:
            got, old = [], 0
            for new in range(start, 300, 8):
                answer = one.answer(old, new)
                if isinstance(answer, Stale):
                    answer = one.answer(old := answer.size, new) if answer.size <= new else answer
                if isinstance(answer, Cosigned):
                    got.append(new)
                    old = new
            return got

        with ThreadPoolExecutor(8) as pool:
            sizes = [size for got in pool.map(push, range(1, 9)) for size in got]

        assert len(sizes) == len(set(sizes))
        last = one.answer(0, 300)
        assert isinstance(last, Stale)
        assert last.size == max(sizes)


def test_ml_dsa_cosigns_beside_ed25519(tmp_path):
    command("init", "--state", tmp_path / "w", "--name", "witness.example/pq", "--ml-dsa")
    log = notes.log_key(kind=Kind.ML_DSA_44)
    with running.running(tmp_path / "w", logs=(str(LOG.verifier), str(log.verifier))) as one:
        answer = one.answer(0, 100)
        assert [one.key.kind for one in answer.verified] == [Kind.COSIGNATURE, Kind.ML_DSA_44]
        both = note.sign(Checkpoint(notes.ORIGIN, 120, TREE.root(120)).text, [log], at=notes.AT)
        proof = merkle.consistency_proof(100, 120, TREE.node)
        body = running.witnessing.write_request(old_size=100, proof=proof, signed=both)
        assert one.post(body).status == 200


def test_what_is_no_request_is_refused_and_the_connection_goes_on(tmp_path):
    with running.running(tmp_path / "w") as one:
        assert one.post(b"").status == 400
        assert one.post(b"x" * (witness.MAX_BODY + 1)).status == 413
        assert one.post(request(0, 5), path="/").status == 404
        assert one.post(request(0, 5), **{"Transfer-Encoding": "chunked"}).status == 411
        connection = http.client.HTTPConnection("127.0.0.1", one.port, timeout=20)
        for _ in range(3):
            connection.request("POST", "/add-checkpoint", b"old x\n\n")
            assert connection.getresponse().read()
        connection.request("GET", "/add-checkpoint")
        answer = connection.getresponse()
        assert (answer.status, answer.getheader("Allow")) == (405, "POST")
        answer.read()
        connection.request("GET", "/")
        assert connection.getresponse().read().decode().strip() == str(one.keys[0])
        connection.close()
        with socket.create_connection(("127.0.0.1", one.port), timeout=20) as half:
            half.sendall(b"POST /add-checkpoint HTTP/1.1\r\nContent-Length: 100\r\n\r\nold")
            half.shutdown(socket.SHUT_WR)
            assert b" 400 " in half.recv(1000)
        assert one.add(0, 5).status == 200


def test_refusals_are_plain_to_the_portal(tmp_path):
    with running.running(tmp_path / "w", logs=(str(notes.log_key(8).verifier),)) as one:
        assert one.answer(0, 5) == Refused(403, "it knows no key that signed")
