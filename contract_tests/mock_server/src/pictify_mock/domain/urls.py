"""Validate the URLs that a viewer may be sent to."""

import re

from pictify_mock.domain.errors import FieldError

_PART = r"(?:[A-Za-z0-9\-._~:/?@!$&'()*+,;=\[\]]|%[0-9A-Fa-f]{2})*"
URI = re.compile(rf"[A-Za-z][A-Za-z0-9+.\-]*:{_PART}(?:#{_PART})?")
WEB = re.compile(
    r"(?i:https?)://(?:[^/?#@]*@)?(?:\[[0-9A-Fa-f:.]+\]|[^/?#@:\[\]]+)(?::[0-9]{0,5})?(?:[/?#].*)?"
)


def uri_faults(pointer: str, url: str) -> list[FieldError]:
    if URI.fullmatch(url):
        return []
    message = (
        "is not an absolute URI; start with a scheme such as https: "
        "and percent-encode everything unusual"
    )
    return [FieldError(pointer, message, "invalid_format")]


def destination_faults(pointer: str, url: str) -> list[FieldError]:
    # A click is answered with this very text in `Location`.
    faults = uri_faults(pointer, url)
    if not faults and not WEB.fullmatch(url):
        message = "is not a web address; only http:// and https:// with a host are followed"
        faults.append(FieldError(pointer, message, "invalid_value"))
    return faults
