"""What pages say of statuses, editable fields and slugs, in tables, in lists, and where a table was flattened."""

import re
from collections.abc import Iterable

from .facts import Findings, Vocabulary

ARROW = r"(?:→|⟶|➜|➔|-{1,2}>|=>)"
NEGATION = re.compile(
    r"\b(not|cannot|can't|never|illegal|invalid|no other|409|refused|rejected)\b", re.IGNORECASE
)
EVERYTHING = re.compile(
    r"\W*(?:all|any|every|everything)\b(?: of)?(?: the)?(?: fields?| properties)?(?P<except>.*)",
    re.IGNORECASE,
)
NOTHING = re.compile(r"\W*(?:none|nothing|no fields?|read-?only|-|—|\u2013)\W*$", re.IGNORECASE)
ONLY = re.compile(r"^\W*(?:only|just)\s+|\s+only\W*$|\bonly\b", re.IGNORECASE)
LENGTH = re.compile(r"(\d+)\s*(?:-|\u2013|—|to|and|\.\.)\s*(\d+)\s*(?:char|letters)", re.IGNORECASE)
CHARACTERS = {
    "lowercase": r"lower-?\s?case",
    "uppercase": r"upper-?\s?case|mixed case|capital",
    "digits": r"alphanumeric|digits?|numbers?|numerals?",
    "hyphens": r"hyphens?|dashes",
    "underscores": r"underscores?",
    "dots": r"\bdots?\b|\bperiods?\b",
}
LABEL = re.compile(
    r"(?:\W*)(?P<label>Length|Allowed characters|Characters|Reserved(?: words?| slugs?| names?)?|Format|Pattern)"
    r"(?P<gap>[\s:|*]*)(?P<rest>.*)",
    re.DOTALL,
)
TOPIC = re.compile(r"\bslugs?\b|edit(able|ed)|lifecycle|life of|transitions", re.IGNORECASE)
DEFINED = re.compile(
    r"[-*•]?\s*(?:`(?P<quoted>[a-z][\w-]*)`\s*(?:[:—\u2013-]|$)|(?P<glued>[a-z][a-z0-9_-]*)(?=[A-Z][a-z]))"
)
WORD = re.compile(r"[a-z][a-z0-9_-]*")


class Rules:
    """Finds the rules of one page."""

    def __init__(self, findings: Findings, vocabulary: Vocabulary) -> None:
        self.findings = findings
        self.vocabulary = vocabulary
        self.status = "|".join(vocabulary.statuses) or "(?!)"
        run = rf"`?(?:{self.status})`?(?:\s*(?:/|,|&|\+|\band\b|\bor\b|,\s*and\b)\s*`?(?:{self.status})`?)*"
        self.run = re.compile(
            rf"(?:\W|\b(?:while|when|in|for|if|status)\b)*(?P<run>{run})(?P<gap>\s*(?:experiments?|status|mode)?\s*[:|,\u2013—-]?\s*)(?P<rest>.*)",
            re.IGNORECASE | re.DOTALL,
        )
        self.arrow = re.compile(
            rf"(?P<from>{run}|`?[a-z_]+`?)\s*{ARROW}\s*(?=(?P<to>`?[a-z_]+`?(?:\s*/\s*`?[a-z_]+`?)*))",
            re.IGNORECASE,
        )
        self.to = re.compile(rf"\b`?({self.status})`?\s+to\s+`?({self.status})`?\b", re.IGNORECASE)
        self.fields = {plain(name): name for name in sorted(vocabulary.editable)}
        self.fields |= {
            plain(name.rpartition(".")[2]): name
            for name in sorted(vocabulary.editable)
            if "." in name
        }
        self.topic = ""
        self.reserved_follows = False
        self.defined: dict[str, int] = {}

    def heading(self, text: str) -> None:
        """The topic of what follows."""
        self.topic = text.lower()
        self.reserved_follows = False
        self.end_list()

    def line(self, text: str, line: int, about: str) -> bool:
        """Take a line of prose, perhaps about a field; whether it held a rule."""
        if TOPIC.search(text) and len(text.split()) < 6 and not re.search(r"\d", text):
            self.heading(text)
        if defined := DEFINED.match(text):
            self.defined.setdefault(defined["quoted"] or defined["glued"], line)
        else:
            self.end_list()
        found = self.moves(text, line)
        found |= self.slug_line(text, line, about)
        for clause in re.split(r"[;.](?=\s|$)", text) if len(text) < 1000 else ():
            found |= self.editable_clause(clause, line)
        return found

    def end_list(self) -> None:
        """Words that were explained one by one are an enumeration if most of them are known."""
        words, self.defined = self.defined, {}
        known = set(words) & self.vocabulary.words
        if len(known) > 1 and len(known) * 2 > len(words):
            self.findings.add(
                min(words.values()), None, "words", self.topic, "members", tuple(words)
            )

    # moves between statuses

    def moves(self, text: str, line: int) -> bool:
        """`draft → running`, `draft to running`."""
        if len(text) > 1000 or NEGATION.search(text):
            return False
        count = len(self.findings.facts)
        for found in self.arrow.finditer(text):
            targets = WORD.findall(found["to"].lower())
            self.move(WORD.findall(found["from"].lower()), targets, line)
        for start, end in self.to.findall(text):
            self.move([start.lower()], [end.lower()], line)
        return len(self.findings.facts) > count

    def move(self, starts: Iterable[str], ends: Iterable[str], line: int) -> None:
        """Moves from each of the one to each of the other, if one side at least is a status."""
        statuses = set(self.vocabulary.statuses)
        starts = [word for word in starts if word not in ("and", "or")]
        for start in starts:
            for end in ends:
                if {start, end} & statuses and start != end:
                    self.findings.add(
                        line, None, "lifecycle", f"{start} → {end}", "move", (start, end)
                    )

    def transition_row(self, header: list[str], cells: list[str], line: int) -> None:
        """A row of a table: the status, and where each action, or the column as a whole, leads."""
        starts = [
            word
            for word in WORD.findall(cells[0].lower())
            if word in self.vocabulary.statuses or len(cells) == 2
        ]
        for title, cell in zip(header[1:], cells[1:], strict=False):
            if re.search(
                r"start|pause|complete|delete|archive|resume|\bto\b|next|transition|move|can (go|become)",
                title.lower(),
            ):
                ends = [
                    word for word in WORD.findall(cell.lower()) if word in self.vocabulary.statuses
                ]
                if not NEGATION.search(cell):
                    self.move(starts, ends, line)

    # fields that may be changed

    def editable_clause(self, text: str, line: int) -> bool:
        """`running: name, hypothesis`, `draft / pausedAll fields`."""
        found = self.run.fullmatch(text.strip())
        if not found or not found["rest"].strip(" `"):
            return False
        rest = ONLY.sub("", found["rest"]).strip()
        everything = re.match(
            r"\W*(?:All|Any|all|any|Every|every)\b\s*(?:fields?|properties|$)", rest
        )
        names = [self.fields.get(plain(part)) for part in parts(rest)]
        known = [name for name in names if name]
        listed = (
            known
            and len(known) * 2 > len(names)
            and all(len(part.split()) < 5 for part in parts(rest))
        )
        topical = (
            re.search(r"edit|change|updat|field", self.topic)
            or not found["gap"].strip()
            or ":" in found["gap"]
        )
        if everything or (listed and topical):
            self.editable_row(found["run"], found["rest"], line)
            return True
        return False

    def editable_row(self, statuses: str, rest: str, line: int) -> None:
        """The fields that may be changed in these statuses."""
        words = re.findall(r"[a-z_]+", statuses.lower())
        for status in (word for word in words if word not in ("and", "or", "status")):
            self.findings.add(line, None, "editable", status, "fields", self.field_list(rest))

    def field_list(self, text: str) -> tuple[str, ...]:
        """Names of fields; "*" stands for all, and a minus before a name for all but it."""
        if NOTHING.match(text):
            return ()
        text = ONLY.sub(" ", text).strip()
        if everything := EVERYTHING.match(text):
            left_out = re.match(
                r"\W*(?:except|but|apart from|other than)(?: for)?\s+(.*)", everything["except"]
            )
            return (
                (
                    "*",
                    *(
                        f"-{self.fields.get(plain(part), part)}"
                        for part in parts(left_out[1])
                        if left_out
                    ),
                )
                if left_out
                else ("*",)
            )
        return tuple(self.fields.get(plain(part), part) for part in parts(text))

    # slugs

    def slug_line(self, text: str, line: int, field: str) -> bool:
        """`Slugs have 3-60 characters`, `Reservedevents, api`; where the line does not name slugs, the topic does."""
        count = len(self.findings.facts)
        about = "slug" in text.lower() or "slug" in self.topic or field == "slug"
        labelled = LABEL.fullmatch(text)
        if self.reserved_follows and not labelled:
            self.reserved(text, line)
        if labelled and (about or labelled["label"].startswith("Reserved")):
            self.slug_row(labelled["label"], labelled["rest"], line)
        elif about or (labelled and LENGTH.fullmatch(labelled["rest"].rstrip("acters. "))):
            self.slug_row("", text, line)
        return len(self.findings.facts) > count

    def slug_row(self, label: str, text: str, line: int) -> None:
        """What is said of slugs under a label, or without one."""
        if not label.startswith("Reserved"):
            if found := LENGTH.search(text):
                self.findings.add(
                    line, None, "slug", "length", "range", (int(found[1][:6]), int(found[2][:6]))
                )
            if found := re.search(r"(\^\[\S+\$)", text):
                self.findings.add(line, None, "slug", "pattern", "pattern", found[1].strip("`"))
            elif not NEGATION.search(text) and re.search(
                r"lower-?\s?case|characters|alphanumeric", text, re.IGNORECASE
            ):
                said = tuple(
                    kind
                    for kind, words in CHARACTERS.items()
                    if re.search(words, text, re.IGNORECASE)
                )
                if set(said) - {"digits"}:
                    self.findings.add(line, None, "slug", "characters", "kinds", said)
        if label.startswith("Reserved") or re.search(r"\breserved\b", text, re.IGNORECASE):
            listed = re.split(
                r"\breserved\b(?: slugs?| words?| names?)?(?: are)?(?: include)?\s*[:(]?",
                text,
                maxsplit=1,
                flags=re.IGNORECASE,
            )
            self.reserved(listed[-1] if not label else text, line) or (
                label or self.reserved(listed[0], line)
            )

    def reserved(self, text: str, line: int) -> bool:
        """A list of reserved words, in this line or the next."""
        words = re.findall(r"`([a-z][\w-]*)`", text)
        bare = re.sub(r"\band\b|\bor\b", ",", text).strip(" .)(`")
        if not words and re.fullmatch(r"[a-z][\w-]*(\s*,\s*,?\s*[a-z][\w-]*)+", bare):
            words = WORD.findall(bare)
        self.reserved_follows = not words and not text.strip(" :.")
        if len(words) > 1:
            self.findings.add(line, None, "slug", "reserved", "words", tuple(words))
        return len(words) > 1


def parts(text: str) -> list[str]:
    """The items of a list in prose."""
    return [
        part.strip(" `.*\"'")
        for part in re.split(r",\s*and\s+|,|\band\b|\n|;|\u2022", text)
        if part.strip(" `.*\"'")
    ]


def plain(name: str) -> str:
    """A name however it is written: confidence threshold, confidenceThreshold."""
    return re.sub(r"[^a-z0-9]", "", name.lower())
