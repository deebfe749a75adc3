"""JSON values as the Python that makes them with the client's models."""

from datetime import UTC, datetime
from typing import Any

from openapi_python_client.strings import PythonIdentifier

from pictify_conformance.spec import resolved


class PythonCode:
    """Writes expressions, and remembers what they import."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document
        self.models: set[str] = set()
        self.uses_datetime = False

    def expression(self, schema: dict[str, Any], value: Any) -> str:
        """The Python for a value of this schema."""
        if "$ref" in schema:
            return self._named(schema["$ref"].rpartition("/")[2], value)
        for union in ("oneOf", "anyOf"):
            if union in schema:
                return self.expression(self._chosen(schema[union], value), value)
        if schema.get("format") == "date-time":
            return self._datetime(value)
        if isinstance(value, list):
            return f"[{', '.join(self.expression(schema['items'], item) for item in value)}]"
        return repr(value)

    def arguments(self, schema: dict[str, Any], value: dict[str, Any]) -> str:
        """The keyword arguments that make an object."""
        properties = schema["properties"]
        return ", ".join(
            f"{identifier(name)}={self.expression(properties[name], member)}"
            for name, member in value.items()
            if "const" not in properties[name]
        )

    def _named(self, name: str, value: Any) -> str:
        schema = self._document["components"]["schemas"][name]
        if "discriminator" in schema:
            tag = schema["discriminator"]["propertyName"]
            return self.expression({"$ref": schema["discriminator"]["mapping"][value[tag]]}, value)
        if "enum" in schema:
            self.models.add(name)
            return f"{name}.{value.upper().replace('-', '_')}"
        if "properties" in schema:
            self.models.add(name)
            return f"{name}({self.arguments(schema, value)})"
        return repr(value)

    def _chosen(self, variants: list[dict[str, Any]], value: Any) -> dict[str, Any]:
        """The variant that the value is of, as far as the JSON type tells."""
        for variant in variants:
            whole = resolved(variant, self._document)
            if (
                whole.get("type") == "array"
                if isinstance(value, list)
                else whole.get("type") not in ("array", "null")
            ):
                return variant
        raise ValueError(f"no variant takes {value!r}")

    def _datetime(self, text: str) -> str:
        self.uses_datetime = True
        at = datetime.fromisoformat(text).astimezone(UTC)
        return f"datetime({at.year}, {at.month}, {at.day}, {at.hour}, {at.minute}, tzinfo=UTC)"


def identifier(name: str) -> str:
    """A member's or operation's name in the client."""
    return str(PythonIdentifier(name, "field_"))
