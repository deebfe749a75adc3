"""JSON values as the Python that sends them with the client."""

from datetime import UTC, datetime
from typing import Any

from codegen.words import argument_name
from pictify_conformance.spec import resolved


class PythonCode:
    """Writes expressions, and remembers if they need `datetime`."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document
        self.uses_datetime = False

    def arguments(self, schema: dict[str, Any], value: dict[str, Any]) -> str:
        """Return the keyword arguments for an object."""
        properties = resolved(schema, self._document)["properties"]
        return ", ".join(
            f"{argument_name(name)}={self.plain(properties[name], member)}"
            for name, member in value.items()
        )

    def plain(self, schema: dict[str, Any], value: Any) -> str:
        """Return the value as plain data, whose keys are the names of arguments."""
        schema = self._chosen(resolved(schema, self._document), value)
        if schema.get("format") == "date-time":
            return self._datetime(value)
        if isinstance(value, list):
            return f"[{', '.join(self.plain(schema['items'], item) for item in value)}]"
        if isinstance(value, dict) and "properties" in schema:
            members = (
                f"{argument_name(name)!r}: {self.plain(schema['properties'][name], member)}"
                for name, member in value.items()
            )
            return f"{{{', '.join(members)}}}"
        return repr(value)

    def _chosen(self, schema: dict[str, Any], value: Any) -> dict[str, Any]:
        """Return the part of a union that the value is of."""
        if "discriminator" in schema:
            mapping = schema["discriminator"]["mapping"]
            tag = value[schema["discriminator"]["propertyName"]]
            return dict(resolved({"$ref": mapping[tag]}, self._document))
        for part in schema.get("anyOf", ()):
            whole = resolved(part, self._document)
            if whole.get("type") != "null":
                return self._chosen(whole, value)
        return schema

    def _datetime(self, text: str) -> str:
        self.uses_datetime = True
        at = datetime.fromisoformat(text).astimezone(UTC)
        return f"datetime({at.year}, {at.month}, {at.day}, {at.hour}, {at.minute}, tzinfo=UTC)"
