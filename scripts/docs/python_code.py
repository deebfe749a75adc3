"""Python code for JSON values, with the client's models."""

from datetime import UTC, datetime
from typing import Any

from openapi_python_client.strings import PythonIdentifier

from pictify_conformance.spec import resolved


class PythonCode:
    """Writes expressions, and collects the names that they import."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document
        self.models: set[str] = set()
        self.uses_datetime = False

    def expression(self, schema: dict[str, Any], value: Any) -> str:
        """Return the Python for a value of this schema."""
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
            properties = schema["properties"]
            arguments = (
                f"{identifier(member)}={self.expression(properties[member], part)}"
                for member, part in value.items()
                if "const" not in properties[member]
            )
            return f"{name}({', '.join(arguments)})"
        return repr(value)

    def _chosen(self, variants: list[dict[str, Any]], value: Any) -> dict[str, Any]:
        """Return the variant for the JSON type of the value: the array, or the other one."""
        kinds = {"array"} if isinstance(value, list) else {"object", "string", None}
        for variant in variants:
            if resolved(variant, self._document).get("type") in kinds:
                return variant
        raise ValueError(f"no variant accepts {value!r}")

    def _datetime(self, text: str) -> str:
        self.uses_datetime = True
        at = datetime.fromisoformat(text).astimezone(UTC)
        return f"datetime({at.year}, {at.month}, {at.day}, {at.hour}, {at.minute}, tzinfo=UTC)"


def identifier(name: str) -> str:
    """Return the name of a member or an operation in the client."""
    return str(PythonIdentifier(name, "field_"))
