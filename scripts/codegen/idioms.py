"""The Python of a schema: its annotation, and the code that reads it from JSON and writes it.

A schema without an idiom is refused: a client that is a guess is worse than none.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.properties.any import AnyProperty
from openapi_python_client.parser.properties.boolean import BooleanProperty
from openapi_python_client.parser.properties.const import ConstProperty
from openapi_python_client.parser.properties.datetime import DateTimeProperty
from openapi_python_client.parser.properties.enum_property import EnumProperty
from openapi_python_client.parser.properties.float import FloatProperty
from openapi_python_client.parser.properties.int import IntProperty
from openapi_python_client.parser.properties.list_property import ListProperty
from openapi_python_client.parser.properties.model_property import ModelProperty
from openapi_python_client.parser.properties.none import NoneProperty
from openapi_python_client.parser.properties.protocol import PropertyProtocol
from openapi_python_client.parser.properties.string import StringProperty
from openapi_python_client.parser.properties.union import UnionProperty
from openapi_python_client.strings import ClassName, PythonIdentifier

from codegen.words import described

AS_THEY_ARE = (
    AnyProperty,
    BooleanProperty,
    ConstProperty,
    FloatProperty,
    IntProperty,
    NoneProperty,
    StringProperty,
)


class NoIdiom(Exception):
    """The templates have no Python for this part of the spec."""


@dataclass(frozen=True)
class Union:
    """A component that is one of several models, told apart by a constant."""

    name: str
    description: str
    tag: str
    variants: dict[str, ModelProperty]

    @property
    def module(self) -> str:
        return str(PythonIdentifier(self.name, "field_"))

    @property
    def reader(self) -> str:
        return f"{self.module}_from_dict"


class Imports(NamedTuple):
    """Modules and names: those that only annotations need, and those that read JSON."""

    types: list[tuple[str, str]]
    readers: list[tuple[str, str]]


class Idioms:
    """Gives the templates the source code for each property of a document."""

    def __init__(self, models: Sequence[ModelProperty], document: dict[str, Any]) -> None:
        self._document = document
        self._models = {model.class_info.name: model for model in models}
        self.unions = {
            frozenset(variant.class_info.name for variant in union.variants.values()): union
            for union in self._unions(document["components"].get("schemas", {}))
        }

    def _unions(self, schemas: dict[str, Any]) -> Iterator[Union]:
        for name, schema in schemas.items():
            if discriminator := schema.get("discriminator"):
                variants = {
                    value: self._models[ClassName(ref.rpartition("/")[2], "")]
                    for value, ref in discriminator["mapping"].items()
                }
                description = schema.get("description", "")
                yield Union(name, description, discriminator["propertyName"], variants)

    # Properties

    def is_map(self, model: ModelProperty) -> bool:
        """Return True for an object of any members."""
        # A property that refers to a model does not have its members.
        whole = self._models[model.class_info.name]
        return not whole.required_properties and not whole.optional_properties

    def _parts(self, union: UnionProperty) -> list[PropertyProtocol]:
        return [part for part in self._flat(union) if not isinstance(part, NoneProperty)]

    def _flat(self, prop: PropertyProtocol) -> list[PropertyProtocol]:
        if not isinstance(prop, UnionProperty):
            return [prop]
        return [found for part in prop.inner_properties for found in self._flat(part)]

    def _tagged(self, prop: PropertyProtocol) -> Union | None:
        """Return the named union of a property that is one, or one or null."""
        parts = self._parts(prop) if isinstance(prop, UnionProperty) else []
        models = [part.class_info.name for part in parts if isinstance(part, ModelProperty)]
        return self.unions.get(frozenset(models)) if len(models) == len(parts) else None

    def _only_part(self, prop: PropertyProtocol) -> PropertyProtocol:
        """Return the property without its null."""
        if isinstance(prop, UnionProperty) and len(self._parts(prop)) == 1:
            return self._parts(prop)[0]
        return prop

    def nullable(self, prop: PropertyProtocol) -> bool:
        return isinstance(prop, UnionProperty) and len(self._parts(prop)) < len(self._flat(prop))

    def as_it_is(self, prop: PropertyProtocol) -> bool:
        """Return True if the value in Python is the value in JSON."""
        if isinstance(prop, ListProperty):
            return self.as_it_is(prop.inner_property)
        if isinstance(prop, ModelProperty):
            return self.is_map(prop)
        if isinstance(prop, UnionProperty) and self._tagged(prop) is None:
            return all(self.as_it_is(part) for part in prop.inner_properties)
        return isinstance(prop, AS_THEY_ARE)

    def classes(self, prop: PropertyProtocol) -> set[tuple[str, str]]:
        """Return module and name of every class and union that the property needs."""
        union = self._tagged(prop)
        if union:
            return {(union.module, union.name)}
        if isinstance(prop, ListProperty):
            return self.classes(prop.inner_property)
        if isinstance(prop, UnionProperty):
            return {found for part in prop.inner_properties for found in self.classes(part)}
        if isinstance(prop, EnumProperty | ModelProperty):
            return {(prop.class_info.module_name, prop.class_info.name)}
        return set()

    def used(self, parts: Collection[Any]) -> list[str]:
        """Return the names of the classes in the arguments and results of operations."""
        rows = {part.paging.row for part in parts if part.paging}
        return sorted(rows | {name for part in parts for _, name in part.classes})

    def may_be_null(self, properties: Sequence[PropertyProtocol]) -> bool:
        """Return True if a property needs a check for a missing or null value before it is read."""
        return any(
            not self.as_it_is(prop) and (not prop.required or self.nullable(prop))
            for prop in properties
        )

    def is_const(self, prop: PropertyProtocol) -> bool:
        return isinstance(prop, ConstProperty)

    def is_secret(self, model: ModelProperty, prop: PropertyProtocol) -> bool:
        """Return True for a key, which is never printed."""
        schema = (model.data.properties or {}).get(prop.name)
        return schema is not None and getattr(schema, "schema_format", None) == "password"

    def classes_of(self, properties: Sequence[PropertyProtocol]) -> Imports:
        """Return the imports of a model with these properties."""
        found = sorted({named for prop in properties for named in self.classes(prop)})
        readers = {union.name: union.reader for union in self.unions.values()}
        maps = {name for name, model in self._models.items() if self.is_map(model)}
        return Imports(
            [(module, name) for module, name in found if name in maps or name in readers],
            [(module, readers.get(name, name)) for module, name in found if name not in maps],
        )

    def names(self, openapi: GeneratorData) -> list[tuple[str, str]]:
        """Return name and module of every model."""
        classes = [model.class_info for model in (*openapi.models, *openapi.enums)]
        unions = [(union.name, union.module) for union in self.unions.values()]
        return sorted([*((found.name, found.module_name) for found in classes), *unions])

    def description(self, model: ModelProperty, prop: PropertyProtocol) -> str:
        """Return the description of a member, with its range and default."""
        schema = self._document["components"]["schemas"].get(model.class_info.name, {})
        published = schema.get("properties", {}).get(prop.name.get_untrusted_value(), {})
        text = prop.description.get_untrusted_value() if prop.description else ""
        return described(text, published, self._document)

    # Code

    def annotation(self, prop: PropertyProtocol, *, optional: bool = True) -> str:
        """Return the type of an attribute or argument."""
        found = self._annotation(prop)
        return found if prop.required or not optional else f"{found} | Unset"

    def _annotation(self, prop: PropertyProtocol) -> str:
        union = self._tagged(prop)
        null = " | None" if self.nullable(prop) else ""
        if union:
            return union.name + null
        if isinstance(prop, UnionProperty):
            parts = dict.fromkeys(self._annotation(part) for part in self._parts(prop))
            return " | ".join(parts) + null
        if isinstance(prop, ListProperty):
            return f"list[{self._annotation(prop.inner_property)}]"
        if isinstance(prop, EnumProperty | ModelProperty):
            return str(prop.class_info.name)
        if isinstance(prop, DateTimeProperty):
            return "datetime.datetime"
        if isinstance(prop, AS_THEY_ARE):
            return prop.get_type_string(no_optional=True).as_unembedded_code()
        name = prop.name.get_untrusted_value()
        raise NoIdiom(f"{name}: there is no idiom for {type(prop).__name__}")

    def reading(self, prop: PropertyProtocol, value: str, name: str) -> str:
        """Return code that reads a value that is not null from JSON; `name` is for errors."""
        prop, union = self._only_part(prop), self._tagged(prop)
        if union:
            return f"{union.reader}({value})"
        if self.as_it_is(prop):
            return value
        if isinstance(prop, ListProperty):
            return f"[{self.reading(prop.inner_property, 'item', name)} for item in {value}]"
        if isinstance(prop, EnumProperty):
            return f"{prop.class_info.name}.of({value})"
        if isinstance(prop, ModelProperty):
            return f"{prop.class_info.name}.from_dict({value})"
        if isinstance(prop, DateTimeProperty):
            return f'parse_datetime({value}, "{name}")'
        name = prop.name.get_untrusted_value()
        raise NoIdiom(f"{name}: a union of models needs a discriminator")

    def writing(self, model: ModelProperty, prop: PropertyProtocol) -> str:
        """Return code that writes the attribute to JSON."""
        value = f"self.{prop.python_name}"
        if self._plain(prop):
            return value
        if any(isinstance(part, DateTimeProperty) for part in self._flat(prop)):
            return f'to_json({value}, "{model.class_info.name}.{prop.python_name}")'
        return f"to_json({value})"

    def _plain(self, prop: PropertyProtocol) -> bool:
        """Return True if the value is the same in JSON and cannot be changed in place."""
        if isinstance(prop, UnionProperty):
            return all(self._plain(part) for part in prop.inner_properties)
        return self.as_it_is(prop) and not isinstance(prop, AnyProperty | ListProperty)

    def argument(self, prop: PropertyProtocol) -> str:
        """Return the type of a query argument. An enum may be given as its text, too."""
        if not isinstance(prop, EnumProperty):
            return self.annotation(prop)
        texts = ", ".join(f'"{value}"' for value in prop.values.values())
        return f"{prop.class_info.name} | Literal[{texts}] | Unset"
