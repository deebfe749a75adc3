"""The way to a server: certificates, gateways, and servers that start."""

import shutil
import ssl
import subprocess
from pathlib import Path

import pytest

from conformance.tests.helpers import KEY, Suite
from hostile_servers.experiments import ExperimentsServer
from hostile_servers.server import Request, Response, serving
from pictify_conformance import preflight
from pictify_conformance.exit_codes import Stop
from pictify_conformance.http.bounded_transport import CA_VARIABLES
from pictify_conformance.target import Target

FOR_GATEWAY = "word-for-the-gateway"
RULE = ("get.unknown",)


@pytest.fixture(scope="module")
def private_ca(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with a certificate for 127.0.0.1 that nobody else trusts, and its key."""
    if not (openssl := shutil.which("openssl")):
        pytest.skip("needs openssl")
    folder = tmp_path_factory.mktemp("tls")
    key, cert = folder / "key.pem", folder / "cert.pem"
    command = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    command += ["-subj", "/CN=private", "-addext", "subjectAltName=IP:127.0.0.1"]
    command += ["-keyout", str(key), "-out", str(cert)]
    subprocess.run(command, check=True, capture_output=True)
    return cert


@pytest.mark.parametrize(
    ("arguments", "variable", "code"),
    [
        ((), None, 3),
        (("--ca", "CERT"), None, 0),
        (("--insecure",), None, 0),
        ((), "SSL_CERT_FILE", 0),
        ((), "REQUESTS_CA_BUNDLE", 0),
    ],
    ids=["unknown", "--ca", "--insecure", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"],
)
def test_private_certificate_is_trusted_if_it_is_named(
    suite: Suite,
    private_ca: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    variable: str | None,
    code: int,
) -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(private_ca, private_ca.with_name("key.pem"))
    for name in CA_VARIABLES:
        monkeypatch.delenv(name, raising=False)
    if variable:
        monkeypatch.setenv(variable, str(private_ca))
    given = [str(private_ca) if each == "CERT" else each for each in arguments]
    with serving(ExperimentsServer(), tls) as url:
        run = suite.judge(url, "--quick", *given, rules=RULE)
    assert run.code == code, run.out + run.err
    assert ("certificate was not checked" in run.out) == ("--insecure" in arguments)


class Gateway(ExperimentsServer):
    """Refuse requests without the header of the gateway, and repeat it."""

    def answer(self, request: Request) -> Response:
        if request.headers.get("x-gateway") != FOR_GATEWAY:
            return Response.of(407, {"title": "Who are you?"})
        response = super().answer(request)
        return Response(
            response.status, response.body, {**response.headers, "x-echo": f"got {FOR_GATEWAY}"}
        )


def test_header_for_a_gateway_is_sent_and_not_reported(suite: Suite) -> None:
    with serving(Gateway()) as url:
        run = suite.judge(url, "--quick", "-H", f"X-Gateway: {FOR_GATEWAY}", rules=RULE)
    assert run.code == 0, run.out
    assert "[hidden]" in run.reports["run.har"]
    assert not [name for name, text in run.reports.items() if FOR_GATEWAY in text]
    assert FOR_GATEWAY not in run.out + run.err


def test_requests_that_try_other_keys_pass_the_gateway_too(suite: Suite) -> None:
    with serving(gateway := Gateway()) as url:
        options = ("--quick", "-H", f"X-Gateway: {FOR_GATEWAY}")
        run = suite.judge(url, *options, rules=("schema.getExperiment",))
    assert "API accepts requests without authentication" in run.out
    assert all("x-gateway" in each.headers for each in gateway.requests)


class Proxy(ExperimentsServer):
    """Take requests for any host, as a proxy does."""

    def answer(self, request: Request) -> Response:
        path = request.path.removeprefix("http://api.test")
        return super().answer(Request(request.method, path, request.headers, request.body))


def test_proxy_gets_every_request(suite: Suite) -> None:
    proxy = Proxy()
    with serving(proxy) as url:
        run = suite.judge("http://api.test", "--quick", "--proxy", url, rules=RULE)
    assert run.code == 0, run.out + run.err
    assert all(each.path.startswith("http://api.test/") for each in proxy.requests)


class StartsLate(ExperimentsServer):
    """Answer 503 to the first requests."""

    def answer(self, request: Request) -> Response:
        return super().answer(request) if len(self.requests) > 4 else Response(503)


def test_server_that_is_starting_is_waited_for() -> None:
    with serving(StartsLate()) as url:
        with pytest.raises(Stop, match="is out of order"):
            preflight.check_target(Target(url, KEY))
        preflight.check_target(Target(url, KEY), wait=20)


def test_run_ends_after_so_many_failures(suite: Suite) -> None:
    with serving(ExperimentsServer()) as url:
        run = suite.judge(url, "--quick", "--max-failures", "1", rules=("list", "update"))
    assert run.code == 1, run.out
    assert "ended after 1 failed tests: --max-failures" in run.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--ca", "nowhere.pem"], "nowhere.pem: there is no such file"),
        (["--ca", __file__], "has no certificate"),
        (["--proxy", "ftp://x"], "--proxy is not an http or https URL"),
        (["-H", f"X-Gateway {FOR_GATEWAY}"], "a header is written 'Name: value'"),
        (["--header", f"Authorization: {FOR_GATEWAY}"], "the suite sets this header itself"),
        (["--without", "archiveExperiment"], "no operation 'archiveExperiment'"),
        (["--wait", "-1"], "is not a number above 0"),
    ],
)
@pytest.mark.parametrize("server", [["--target", "http://127.0.0.1:9", "--api-key", KEY], []])
def test_wrong_connection_is_wrong_usage(
    suite: Suite, server: list[str], arguments: list[str], message: str
) -> None:
    run = suite.run(*server, *arguments)
    assert (run.code, run.err.count("\n")) == (2, 1)
    assert message in run.err
    assert FOR_GATEWAY not in run.err
