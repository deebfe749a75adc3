"""Reading one experiment."""

import httpx
import pytest

from pictify_conformance.http.write_guard import API
from pictify_conformance.testing import assertions
from pictify_conformance.testing.experiments import Lab


@pytest.mark.rule("get.reads-created")
def test_reads_created(lab: Lab) -> None:
    """What create answered is what a read returns at once, under the uid it gave."""
    for made in [
        lab.experiment(hypothesis=f"Reads follow {writes}.") for writes in ("writes", "many writes")
    ]:
        read = assertions.experiment(assertions.status(lab.get(made["uid"]), 200))
        assertions.shows(assertions.published(read), assertions.published(made), "the read")


@pytest.mark.rule("get.unknown")
def test_unknown(lab: Lab) -> None:
    """An unknown uid is 404, whatever it looks like."""
    for uid in lab.unknown_uids():
        assertions.status(lab.get(uid), 404)


@pytest.mark.rule("get.unknown")
def test_unknown_beside_a_known_one(lab: Lab) -> None:
    """A uid that is cut short or goes on is not taken for the one that it resembles."""
    uid = lab.experiment()["uid"]
    for near in (uid[:-1], f"{uid}-x"):
        answer = lab.get(near)
        if (
            answer.status_code != 200 or assertions.experiment(answer)["uid"] != near
        ):  # which somebody else may have
            assertions.status(answer, 404)


HEADS = {"list": f"{API}?limit=1", "get": f"{API}/{{uid}}", "quota": f"{API}/quota"}


@pytest.mark.rule("get.head")
@pytest.mark.parametrize("name", HEADS)
def test_head(lab: Lab, name: str) -> None:
    """HEAD has the status and the headers of GET, and no body."""
    path = HEADS[name].format(uid=lab.experiment()["uid"])
    head, got = lab.request("HEAD", path), assertions.status(lab.request("GET", path), 200)
    bodiless(assertions.status(head, 200))
    assertions.same(
        head.headers.get("content-type"), got.headers.get("content-type"), "Content-Type"
    )
    assertions.same(
        int(head.headers.get("content-length", len(got.content))),
        len(got.content),
        "Content-Length",
    )


@pytest.mark.rule("get.head")
@pytest.mark.parametrize("name", HEADS)
def test_head_without_key(lab: Lab, name: str) -> None:
    """HEAD without a key is refused as GET is."""
    path = HEADS[name].format(uid=lab.experiment()["uid"])
    bodiless(assertions.status(lab.with_headers().request("HEAD", path), 401))


@pytest.mark.rule("get.head")
@pytest.mark.parametrize(
    ("path", "status"), [(f"{API}?limit=0", 400), (f"{API}/{{uid}}", 404)], ids=["list", "get"]
)
def test_head_refused(lab: Lab, path: str, status: int) -> None:
    """HEAD has the status of a refused GET, and no body."""
    bodiless(assertions.status(lab.request("HEAD", path.format(uid=lab.unknown_uid())), status))


def bodiless(response: httpx.Response) -> None:
    """The answer has no body."""
    assertions.same(
        response.content.decode("utf-8", "replace"), "", "the body of the answer to HEAD"
    )
