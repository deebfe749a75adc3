"""The reproduction script of a failed rule: it makes its own experiment and shows the fault."""

import json
import re
import shlex
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from urllib.parse import urlsplit

from pictify_conformance import curl
from pictify_conformance.reports import answer
from pictify_conformance.results.exchange import KEYS, Exchange
from pictify_conformance.results.findings import Outcome
from pictify_conformance.results.verdicts import Verdict

TOKEN = re.compile(r"\bct-([0-9a-f]{8})-")
READS = ("GET", "HEAD", "OPTIONS")
MAX_STEPS = 400
SIMILAR = 10  # requests of a kind, which look for an instance that is wrong
TRIES = 20
POLLS = 20
MAX_SHOWN = 600  # characters of the run's answer
ANSWER = Path(answer.__file__).read_text(encoding="utf-8")
SCRIPT = """\
# {rule}: run with bash. It makes its own experiments, and deletes them at the end.
(
{keys}
SERVER={server}
DIR=$(mktemp -d) || exit
cat > "$DIR/answer.py" <<'PYTHON'
{answer}PYTHON
send() {{ curl -gsS --path-as-is -m 60 -D "$DIR/head" -o "$DIR/body" "$@"; }}
made() {{ python3 "$DIR/answer.py" uid "$DIR" "$T"; }}
clean_up() {{
  for key in {key_values}; do  # what was made without saying so
    send "$SERVER/experiments/api?limit=100" -H "Authorization: Bearer $key" && made > /dev/null
  done
  for uid in $(sort -u "$DIR/made"); do
    for key in {key_values}; do
      send -X POST "$SERVER/experiments/api/$uid/pause" -H "Authorization: Bearer $key"
      send -X DELETE "$SERVER/experiments/api/$uid" -H "Authorization: Bearer $key"
    done
  done
  rm -r "$DIR"
}}
trap clean_up EXIT
trap exit INT TERM
steps() {{
T=$(python3 -c 'import secrets; print(secrets.token_hex(4))')
{steps}
}}
for _ in $(seq {tries}); do
  steps
  [ "$NOW" = {digest} ] && break
done

echo {expected}
echo {came}
echo "now: $(sed -n 1p "$DIR/head")"
head -c {max_shown} "$DIR/body" | tr -cd '[:print:]\n'; echo
[ {digest} = "" ] && echo "The answer was too long to compare." && exit 1
[ "$NOW" = {digest} ] && echo "The server answers as in the run: the fault is there." && exit 0
echo "The server does not answer as in the run: compare with what is expected."
exit 1
)
"""


def script_for(verdict: Verdict, server: str) -> str | None:
    """Return the script, or None if the rule has not failed itself or no request shows it."""
    main = verdict.main_exchange
    if verdict.outcome is not Outcome.fail or verdict.blocked_by or main is None:
        return None
    exchanges = verdict.exchanges
    if main in exchanges:
        exchanges = exchanges[: exchanges.index(main)]
    needed = _needed(exchanges, main)
    if any(answer.CUT.search(each.request_body) for each in (*needed, main)):
        return None
    return _Script(verdict, server, needed, main).text()


def _needed(exchanges: Sequence[Exchange], main: Exchange) -> list[Exchange]:
    """Return the exchanges that change the experiments which the main one is about."""
    created = {each: _names(each) for each in exchanges if each.is_create}
    about = {each for each, names in created.items() if _mentions(main, names)}
    others = [names for each, names in created.items() if about and each not in about]
    kept = [
        each
        for each in exchanges
        if (each.method not in READS or "/s/" in each.url)
        and (each in about or not any(_mentions(each, names) for names in others))
    ]
    return kept[-MAX_STEPS:]


def _names(created: Exchange) -> list[str]:
    """Return the uid and the slug of what a create made."""
    found = re.findall(r'"(?:uid|slug)"\s*:\s*"([^"]+)"', created.response_body)
    return [name for name in found if len(name) > 3]


def _mentions(exchange: Exchange, names: Sequence[str]) -> bool:
    return any(name in exchange.url or name in exchange.request_body for name in names)


class _Script:
    """A script that repeats these exchanges with a token and uids of its own."""

    def __init__(
        self, verdict: Verdict, server: str, needed: Sequence[Exchange], main: Exchange
    ) -> None:
        self._verdict, self._server, self._needed, self._main = verdict, server, needed, main
        texts = (f"{each.url} {each.request_body}" for each in (*needed, main))
        tokens = (match[1] for match in map(TOKEN.search, texts) if match)
        self._token = next(tokens, "")
        self._values = {self._token: "T"} if self._token else {}
        self._uids: list[str] = []

    def text(self) -> str:
        steps = list(self._steps())
        sent = "\n".join(steps)
        keys = [key for key in KEYS if f"${key}" in sent]
        if KEYS[0] not in keys:
            keys.insert(0, KEYS[0])
        detail = next(iter(self._verdict.details), None)
        main = self._main
        shown = f"in the run: {main.status} {main.response_body[:MAX_SHOWN]}".rstrip()
        return SCRIPT.format(
            rule=self._verdict.rule.id,
            keys="\n".join(f': "${{{key}:?is not set: give a key of the server}}"' for key in keys),
            server=shlex.quote(self._server),
            answer=ANSWER,
            key_values=" ".join(f'"${key}"' for key in keys[:2] if key != KEYS[2]),
            steps=sent,
            expected=shlex.quote(detail.line if detail else self._verdict.rule.text),
            came=shlex.quote(shown),
            max_shown=MAX_SHOWN,
            digest=self._digest(),
            tries=self._tries(),
        )

    def _tries(self) -> int:
        """Return how often to try what only one of several instances may do wrong."""
        similar = sum(_kind(each) == _kind(self._main) for each in self._verdict.exchanges)
        return TRIES if self._verdict.flaky or similar >= SIMILAR else 1

    def _digest(self) -> str:
        main = self._main
        digest = answer.digest(
            main.status, main.response_headers, main.response_body, self._token, self._uids
        )
        return shlex.quote(digest)

    def _steps(self) -> Iterator[str]:
        commands = []
        for each in self._needed:
            command = self._send(each)
            commands.append(f"{command}\n{self._note(each)}" if _is_create_path(each) else command)
        for command, equal in groupby(commands):
            count = len(list(equal))
            yield command if count == 1 else f"for _ in $(seq {count}); do\n{command}\ndone"
        main = self._send(self._main)
        now = 'NOW=$(python3 "$DIR/answer.py" digest "$DIR" "$T")'
        if _is_create_path(self._main):
            yield f"{main}\n{self._note(self._main)}\n{now}"
        elif self._main.method in READS and "/s/" not in self._main.url:
            polls = 2 if self._tries() > 1 else POLLS  # counters may lag
            until = f'[ "$NOW" = {self._digest()} ] && break\nsleep 0.3'
            yield f"for _ in $(seq {polls}); do\n{main}\n{now}\n{until}\ndone"
        else:
            yield f"{main}\n{now}"

    def _note(self, create: Exchange) -> str:
        """Return the command that keeps the uid of what a create made, and delete it later."""
        uid = _uid_in(create.response_body)
        if uid is None or not create.is_create:
            return "made > /dev/null"
        if uid not in self._uids:
            self._uids.append(uid)
            self._values[uid] = f"UID_{len(self._uids)}"
        return f"{self._values[uid]}=$(made)"

    def _send(self, exchange: Exchange) -> str:
        url = exchange.url.replace(self._server, "${SERVER}", 1)
        words = curl.arguments(
            exchange.method,
            self._with_variables(url),
            [(name, self._with_variables(value)) for name, value in exchange.sent_headers],
            self._with_variables(exchange.request_body),
            variables=(*KEYS, "SERVER", *self._values.values()),
            agent=exchange.agent,
        )
        return " \\\n  ".join(["send", *words])

    def _with_variables(self, text: str) -> str:
        for value, variable in self._values.items():
            text = text.replace(value, f"${{{variable}}}")
        return text


def _kind(exchange: Exchange) -> tuple[str, str | None]:
    return exchange.method, exchange.operation_id


def _is_create_path(exchange: Exchange) -> bool:
    return exchange.method == "POST" and urlsplit(exchange.url).path.endswith("/experiments/api")


def _uid_in(body: str) -> str | None:
    try:
        shown = json.loads(body)
        return str(shown.get("experiment", shown)["uid"])
    except (ValueError, AttributeError, LookupError, TypeError):
        found = re.search(r'"uid"\s*:\s*"([^"]+)"', body)  # of a body that was cut
        return found[1] if found else None
