"""The reproduction script of a failed rule: it makes its own experiment and shows the fault."""

import json
import re
import shlex
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from pictify_conformance import curl
from pictify_conformance.reports import answer
from pictify_conformance.results.exchange import KEYS, Exchange
from pictify_conformance.results.findings import Outcome
from pictify_conformance.results.verdicts import Verdict

TOKEN = re.compile(r"\bct-([0-9a-f]{8})-")
READS = ("GET", "HEAD", "OPTIONS")
MAX_STEPS = 400
SIMILAR = 8  # requests of a kind, which look for an instance or a call that is wrong
TRIES = 12
POLLS = 20
MAX_SHOWN = 600  # characters of the run's answer
ANSWER = Path(answer.__file__).read_text(encoding="utf-8")
SCRIPT = """\
# {rule}: run with bash. It makes its own experiments, and deletes them at the end.
(
{keys}
SERVER={server}
RUN=$(python3 -c 'import secrets; print(secrets.token_hex(3))') || exit
DIR=$(mktemp -d) || exit
cat > "$DIR/answer.py" <<'PYTHON'
{answer}PYTHON
send() {{ curl -gsS --path-as-is -m 60 -D "$DIR/head" -o "$DIR/body" "$@"; }}
made() {{ python3 "$DIR/answer.py" uid "$DIR" "$T"; }}
clean_up() {{
  T=$RUN
  for key in {key_values}; do  # what was made without saying so
    send "$SERVER/experiments/api?limit=100" -H "Authorization: Bearer $key" && made > /dev/null
  done
  for uid in $(sort -u "$DIR/made-"*); do
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
{steps}
}}
for try in $(seq 10 {last_try}); do
  T=$RUN$try
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
echo "A fault that depends on chance or on earlier requests may not show here."
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
    if _overlap([*exchanges, main]):
        return None  # one request after the other does not show what happens in parallel
    if any(answer.CUT.search(each.request_body) for each in (*needed, main)):
        return None
    return _Script(verdict, server, needed, main).text()


def _needed(exchanges: Sequence[Exchange], main: Exchange) -> list[Exchange]:
    """Return the exchanges that change the experiments which the main one is about.

    A request about several experiments, such as a batch of events, needs all of them. An earlier
    read of the same URL may be what a cache holds.
    """
    created = {each: _names(each) for each in exchanges if each.is_create}
    changes: list[Exchange] = []
    for each in exchanges:
        if _is_change(each) or (each.url == main.url and changes and _is_change(changes[-1])):
            changes.append(each)
    mentioned = {
        each: {it for it, names in created.items() if it is each or _mentions(each, names)}
        for each in (*changes, main)
    }
    about, more = set[Exchange](), mentioned[main] or set(created)
    while more - about:
        about |= more
        more = set().union(*(them for them in mentioned.values() if them & about))
    kept = [each for each in changes if mentioned[each] & about or not mentioned[each]]
    return kept[-MAX_STEPS:]


def _overlap(exchanges: Iterable[Exchange]) -> bool:
    """Return True if any request was sent before the answer to the one before it."""
    each_pair = pairwise(sorted(exchanges, key=lambda each: each.started))
    return any(first.started + first.seconds > second.started for first, second in each_pair)


def _is_change(exchange: Exchange) -> bool:
    """Return True if a request may change something. A visit counts."""
    return exchange.method not in READS or "/s/" in exchange.url


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
        bodies = [each.request_body for each in (*needed, main) if _is_create_path(each)]
        strings = re.compile(f'"[^"]*{self._token}[^"]*"')
        self._marks = strings.findall("\n".join(bodies)) if self._token else []

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
            last_try=9 + self._tries(),
        )

    def _tries(self) -> int:
        """Return how often to try what chance, one of the instances or the n-th call decides."""
        main = self._main
        if answer.CUT.search(main.response_body):
            return 1
        changes = [each for each in self._verdict.exchanges if _is_change(each)]
        kinds = Counter(
            (each.method, each.operation_id)
            for each in changes
            if main.is_create or not each.is_create  # many may be there to fill a page
        )
        # Chance assigns the viewers, so two visits count for one variant or for two.
        visits = sum(each.method == "GET" for each in self._needed if _is_change(each))
        is_chance = visits > 1 and not _is_change(main)
        is_repeated = max(kinds.values(), default=0) >= SIMILAR
        is_unsteady = self._verdict.flaky or main.status >= 500 or is_repeated or is_chance
        return TRIES if is_unsteady else 1

    def _digest(self) -> str:
        main = self._main
        digest = answer.digest(
            main.status,
            main.response_headers,
            main.response_body,
            self._token,
            self._uids,
            self._marks,
        )
        return shlex.quote(digest)

    def _steps(self) -> Iterator[str]:
        commands = []
        for each in self._needed:
            command = self._send(each)
            if _is_create_path(each):
                command += f"\n{self._note(each)}"
            elif place := self._place(each):
                command = f"{place}=$({command} -w '%{{redirect_url}}')"
            commands.append(command)
        for command, equal in groupby(commands):
            count = len(list(equal))
            yield command if count == 1 else f"for _ in $(seq {count}); do\n{command}\ndone"
        main = self._send(self._main)
        now = 'NOW=$(python3 "$DIR/answer.py" digest "$DIR" "$T")'
        if _is_create_path(self._main):
            yield f"{main}\n{self._note(self._main)}\n{now}"
        elif self._is_polled():
            polls = 2 if self._tries() > 1 else POLLS
            until = f'[ "$NOW" = {self._digest()} ] && break\nsleep 0.3'
            yield f"for _ in $(seq {polls}); do\n{main}\n{now}\n{until}\ndone"
        else:
            yield f"{main}\n{now}"

    def _is_polled(self) -> bool:
        """Return True for a read, as counters may lag, and for what may fail now and then."""
        main = self._main
        return main.status >= 500 or not _is_change(main)

    def _note(self, create: Exchange) -> str:
        """Return the command that keeps the uid of what a create made, and delete it later."""
        uid = _uid_in(create.response_body)
        if uid is None or not create.is_create:
            return "made > /dev/null"
        if uid not in self._uids:
            self._uids.append(uid)
            self._values[uid] = f"UID_{len(self._uids)}"
        return f"{self._values[uid]}=$(made)"

    def _place(self, exchange: Exchange) -> str | None:
        """Return the variable for the URL that an answer leads to, if it is called later."""
        location = dict(exchange.response_headers).get("location")
        place = urljoin(exchange.url, location) if location else ""
        if not any(each.url == place for each in (*self._needed, self._main)):
            return None
        return self._values.setdefault(place, f"PLACE_{len(self._values)}")

    def _send(self, exchange: Exchange) -> str:
        url = self._with_variables(exchange.url).replace(self._server, "${SERVER}", 1)
        words = curl.arguments(
            exchange.method,
            url,
            [(name, self._with_variables(value)) for name, value in exchange.sent_headers],
            self._with_variables(exchange.request_body),
            variables=(*KEYS, "SERVER", *self._values.values()),
            agent=exchange.agent,
        )
        return " \\\n  ".join(["send", *words])

    def _with_variables(self, text: str) -> str:
        for value in sorted(self._values, key=len, reverse=True):
            text = text.replace(value, f"${{{self._values[value]}}}")
        return text


def _is_create_path(exchange: Exchange) -> bool:
    return exchange.method == "POST" and urlsplit(exchange.url).path.endswith("/experiments/api")


def _uid_in(body: str) -> str | None:
    try:
        shown = json.loads(body)
        return str(shown.get("experiment", shown)["uid"])
    except (ValueError, AttributeError, LookupError, TypeError):
        found = re.search(r'"uid"\s*:\s*"([^"]+)"', body)  # of a body that was cut
        return found[1] if found else None
