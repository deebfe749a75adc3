"""Python for a schema: its annotation, and the code that reads and writes it as JSON.

Each method returns source code. What has no idiom here is refused: a client that is a guess is
worse than none.
"""

import re
from collections.abc import Iterator, Sequence
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

from codegen.words import argument_name, described

SCALARS: dict[type, str] = {
    BooleanProperty: "bool",
    FloatProperty: "float",
    IntProperty: "int",
    StringProperty: "str",
}
INPUTS = ("Request", "Input", "Event")  # the ends of the names of models that are only sent
EVENT_SLUG = ("ExperimentEvent", "experiment")
AS_THEY_ARE = (AnyProperty, ConstProperty, NoneProperty, *SCALARS)


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

    @property
    def maker(self) -> str:
        return f"{self.module}_from_keywords"

    @property
    def members(self) -> list[str]:
        return [str(variant.class_info.name) for variant in self.variants.values()]


class Field(NamedTuple):
    """A key of a plain dict that stands for a model."""

    name: str
    annotation: str
    is_required: bool
    description: str


class Idioms:
    """The Python for every property of a document."""

    def __init__(self, models: Sequence[ModelProperty], document: dict[str, Any]) -> None:
        self._document = document
        self._schemas: dict[str, Any] = document["components"].get("schemas", {})
        self._models = {str(model.class_info.name): model for model in models}
        self.unions = {frozenset(union.members): union for union in self._unions(self._schemas)}

    def _unions(self, schemas: dict[str, Any]) -> Iterator[Union]:
        for name, schema in schemas.items():
            if "discriminator" in schema:
                tag = schema["discriminator"]["propertyName"]
                variants = {
                    value: self._models[ClassName(ref.rpartition("/")[2], "")]
                    for value, ref in schema["discriminator"]["mapping"].items()
                }
                yield Union(name, schema.get("description", ""), tag, variants)

    # Facts about a property

    def is_map(self, model: ModelProperty) -> bool:
        """Return True for an object of any members."""
        whole = self._models[model.class_info.name]  # a property that refers to it knows no members
        return not whole.required_properties and not whole.optional_properties

    def _parts(self, union: UnionProperty) -> list[PropertyProtocol]:
        return [part for part in self._flat(union) if not isinstance(part, NoneProperty)]

    def _flat(self, prop: PropertyProtocol) -> list[PropertyProtocol]:
        if not isinstance(prop, UnionProperty):
            return [prop]
        return [found for part in prop.inner_properties for found in self._flat(part)]

    def _tagged(self, prop: PropertyProtocol) -> Union | None:
        """Return the named union that this is, perhaps beside null."""
        if not isinstance(prop, UnionProperty):
            return None
        names = {
            str(part.class_info.name) if isinstance(part, ModelProperty) else ""
            for part in self._parts(prop)
        }
        return self.unions.get(frozenset(names))

    def _only_part(self, prop: PropertyProtocol) -> PropertyProtocol:
        """Return the property without its null."""
        if isinstance(prop, UnionProperty) and len(self._parts(prop)) == 1:
            return self._parts(prop)[0]
        return prop

    def nullable(self, prop: PropertyProtocol) -> bool:
        return isinstance(prop, UnionProperty) and len(self._parts(prop)) < len(self._flat(prop))

    def _as_it_is(self, prop: PropertyProtocol) -> bool:
        """Return True if the value in Python is the value in JSON."""
        if isinstance(prop, ListProperty):
            return self._as_it_is(prop.inner_property)
        if isinstance(prop, ModelProperty):
            return self.is_map(prop)
        if isinstance(prop, UnionProperty) and self._tagged(prop) is None:
            return all(self._as_it_is(part) for part in prop.inner_properties)
        return isinstance(prop, AS_THEY_ARE)

    def is_secret(self, model: ModelProperty, prop: PropertyProtocol) -> bool:
        """Return True for a key, which is never printed."""
        return bool(self._published(model, prop).get("format") == "password")

    def _published(self, model: ModelProperty, prop: PropertyProtocol) -> dict[str, Any]:
        properties = self._schemas.get(model.class_info.name, {}).get("properties", {})
        found: dict[str, Any] = properties.get(prop.name.get_untrusted_value(), {})
        return found

    def is_documented(self, model: ModelProperty, prop: PropertyProtocol) -> bool:
        """Return True if the docs promise that the member is always there."""
        schema = self._schemas.get(model.class_info.name, {})
        level = schema.get("x-level", {})
        name = prop.name.get_untrusted_value()
        return name in schema.get("required", ()) and level != "assumed" and "required" not in level

    def default(self, model: ModelProperty, prop: PropertyProtocol) -> str | None:
        """Return the value of a required member that a server left out, if there is one."""
        if isinstance(prop, ConstProperty):
            return prop.value.python_code.as_unembedded_code()
        missing = self._published(model, prop).get("x-missing")
        return None if missing is None else repr(missing)

    def may_be_missing(self, model: ModelProperty, prop: PropertyProtocol) -> bool:
        """Return True if a response without the member can be read, and the attribute cannot."""
        is_documented = self.is_documented(model, prop)
        return prop.required and not is_documented and self.default(model, prop) is None

    def alias(self, model: ModelProperty, prop: PropertyProtocol) -> str | None:
        """Return the other name that a member may have in JSON."""
        aliases = self._schemas.get(model.class_info.name, {}).get("x-aliases", {})
        found: str | None = aliases.get(prop.name.get_untrusted_value())
        return found

    def read_only(self, model: ModelProperty) -> list[str]:
        """Return the members that are never sent, by their names in JSON."""
        properties = self._schemas.get(model.class_info.name, {}).get("properties", {})
        return [name for name, schema in properties.items() if schema.get("readOnly")]

    def imports(self, model: ModelProperty) -> list[tuple[str, str]]:
        """Return module and name of everything that the module of a model uses."""
        name = str(model.class_info.name)
        found = {named for prop in self.properties(name) for named in self._classes(prop)}
        if name == EVENT_SLUG[0]:
            found.add(("experiment", "Experiment"))
        return sorted(found - {(str(model.class_info.module_name), name)})

    def _classes(self, prop: PropertyProtocol) -> set[tuple[str, str]]:
        if isinstance(prop, ListProperty):
            return self._classes(prop.inner_property)
        if isinstance(prop, UnionProperty):
            found = {named for part in prop.inner_properties for named in self._classes(part)}
            if union := self._tagged(prop):
                found |= {(union.module, union.reader), (union.module, union.maker)}
            return found
        if isinstance(prop, EnumProperty):
            return {("enums", str(prop.class_info.name))}
        if isinstance(prop, ModelProperty):
            return {(str(prop.class_info.module_name), str(prop.class_info.name))}
        return set()

    def names(self, openapi: GeneratorData) -> list[tuple[str, str]]:
        """Return the name and the module of every model."""
        classes = [model.class_info for model in openapi.models]
        enums = [(str(enum.class_info.name), "enums") for enum in openapi.enums]
        unions = [(union.name, union.module) for union in self.unions.values()]
        dicts = [(self.dict_name(name), "dicts") for name in self.inputs]
        found = ((str(each.name), str(each.module_name)) for each in classes)
        return sorted([*found, *enums, *unions, *dicts])

    def description(self, model: ModelProperty, prop: PropertyProtocol) -> str:
        """Return the description of a member, with its range and default."""
        words = prop.description.get_untrusted_value() if prop.description else ""
        return described(words, self._published(model, prop), self._document)

    # Types

    def keyword(self, prop: PropertyProtocol) -> str:
        """Return the name of an argument: `type`, whose attribute is `type_`."""
        return argument_name(prop.name.get_untrusted_value())

    def annotation(self, prop: PropertyProtocol, model: ModelProperty | None = None) -> str:
        """Return the type of an attribute, which depends on the direction of its model."""
        found = self._annotation(prop)
        if model is not None:
            part = self._only_part(prop)
            if isinstance(part, EnumProperty) and str(model.class_info.name) in self.inputs:
                found = self._texts(part) + (" | None" if self.nullable(prop) else "")
            if self._names_experiment(model, prop):
                found += " | Experiment"
            if not self._is_input(model) and not prop.required and not self.nullable(prop):
                found += " | None"  # null is read, whether the docs describe it or not
        return found if prop.required else f"{found} | Unset"

    def _is_input(self, model: ModelProperty) -> bool:
        """Return True for a model that responses do not have."""
        return str(model.class_info.name).endswith(INPUTS)

    def _names_experiment(self, model: ModelProperty, prop: PropertyProtocol) -> bool:
        """Return True for a slug in whose place the experiment itself may be given."""
        return (str(model.class_info.name), prop.name.get_untrusted_value()) == EVENT_SLUG

    def _annotation(self, prop: PropertyProtocol) -> str:
        null = " | None" if self.nullable(prop) else ""
        if union := self._tagged(prop):
            # spelt out: the alias cannot be imported while the union's own members are
            return " | ".join([*union.members, "dict[str, Any]"]) + null
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

    def argument(self, prop: PropertyProtocol) -> str:
        """Return the type of an argument of an operation."""
        found = self._texts(prop) if isinstance(prop, EnumProperty) else self._annotation(prop)
        return self.qualified(found if prop.required else f"{found} | Unset")

    def _texts(self, enum: EnumProperty) -> str:
        """Return the type of an enum that may be given as its text, too."""
        texts = ", ".join(f'"{value}"' for value in enum.values.values())
        return f"{enum.class_info.name} | Literal[{texts}]"

    def qualified(self, annotation: str) -> str:
        """Return the annotation with models by the names that load them when they are used."""
        return re.sub(
            r"(?<![\w.\"])([A-Z]\w+)\b",
            lambda name: f"models.{name[1]}" if self._is_model(name[1]) else name[1],
            annotation,
        )

    def _is_model(self, name: str) -> bool:
        return name in self._schemas or name in {self.dict_name(each) for each in self.inputs}

    # Plain dicts

    @property
    def inputs(self) -> list[str]:
        """Return the models that callers may give as keywords or plain dicts."""
        found: list[str] = []
        todo = [name for name in self._models if name.endswith(("Request", "Event"))]
        while todo:
            name = todo.pop(0)
            if name not in found:
                found.append(name)
                properties = self.properties(name)
                classes = {each for prop in properties for _, each in self._classes(prop)}
                todo += sorted(
                    each
                    for each in classes
                    if each in self._models and not self.is_map(self._models[each])
                )
        return found

    def properties(self, name: str) -> list[PropertyProtocol]:
        """Return the members of a model."""
        model = self._models[name]
        return [*(model.required_properties or ()), *(model.optional_properties or ())]

    def dict_name(self, name: str) -> str:
        """Return the name of the TypedDict for a model."""
        return name.removesuffix("Request").removesuffix("Input") + "Dict"

    def dict_description(self, name: str) -> str:
        """Return the description of a model."""
        return str(self._schemas[name].get("description", ""))

    def fields(self, name: str) -> list[Field]:
        """Return the keys of the TypedDict for a model."""
        model = self._models[name]
        return [
            Field(
                self.keyword(prop),
                self._plain_annotation(prop).replace("'", '"')
                + (" | Experiment" if self._names_experiment(model, prop) else "")
                + ("" if prop.required else " | Unset"),
                prop.required,
                self.description(model, prop),
            )
            for prop in self.properties(name)
        ]

    def _plain_annotation(self, prop: PropertyProtocol) -> str:
        null = " | None" if self.nullable(prop) else ""
        if union := self._tagged(prop):
            return " | ".join([*union.members, *map(self.dict_name, union.members)]) + null
        if isinstance(prop, UnionProperty):
            parts = dict.fromkeys(self._plain_annotation(part) for part in self._parts(prop))
            return " | ".join(parts) + null
        if isinstance(prop, ListProperty):
            return f"Sequence[{self._plain_annotation(prop.inner_property)}]"
        if isinstance(prop, EnumProperty):
            return self._texts(prop)
        if isinstance(prop, ModelProperty):
            name = str(prop.class_info.name)
            if self.is_map(prop):
                return "Mapping[str, Any]"
            twin = name.removesuffix("Input")  # the same thing as it is read
            return " | ".join(dict.fromkeys([name, twin, self.dict_name(name)]))
        return self._annotation(prop)

    # Reading and writing

    def readings(self, model: ModelProperty) -> str:
        """Return the statements that read the members of the JSON object `d`."""
        properties = self.properties(str(model.class_info.name))
        return "\n".join(self._reading(model, prop) for prop in properties)

    def _reading(self, model: ModelProperty, prop: PropertyProtocol) -> str:
        name, attribute = prop.name.get_untrusted_value(), f"self.{prop.python_name}"
        has_to_be_there = self.is_documented(model, prop) and prop.required
        default = (self.default(model, prop) if prop.required else None) or "UNSET"
        value = f'd.pop("{name}")' if has_to_be_there else f'd.pop("{name}", {default})'
        kind = self._kind(self._only_part(prop))
        known = []
        if kind and kind != "float":  # which may be infinite
            known.append(f"type(value) is {kind}")
        if not prop.required or self.nullable(prop):
            known.append("value is NULL")
        if not prop.required:
            known.append("value is ABSENT")
        code = self._read(prop, "value", str(prop.python_name))
        if known and code != "value":
            code = f"value if {' or '.join(known)} else {code}"
        lines = [f"value = {value}"]
        if alias := self.alias(model, prop):
            lines += ["if value is UNSET:", f'    value = d.pop("{alias}", UNSET)']
        if self.may_be_missing(model, prop):
            lines += ["if value is not UNSET:", f"    {attribute} = {code}"]
        elif len(lines) == 1 and (code == "value" or not known):
            lines = [f"{attribute} = {self._read(prop, value, str(prop.python_name))}"]
        else:
            lines.append(f"{attribute} = {code}")
        return "\n".join(lines)

    def _kind(self, prop: PropertyProtocol) -> str | None:
        """Return the type in Python of a value that is not changed when it is read."""
        if isinstance(prop, ModelProperty) and self.is_map(prop):
            return "dict"
        return next((name for kind, name in SCALARS.items() if isinstance(prop, kind)), None)

    def _read(self, prop: PropertyProtocol, value: str, name: str) -> str:
        """Return the value that is there and is not null, from JSON; `name` is for errors."""
        prop, union = self._only_part(prop), self._tagged(prop)
        if union:
            return f"{union.reader}({value})"
        if kind := self._kind(prop):
            return f'read_{kind}({value}, "{name}")'
        if isinstance(prop, ListProperty):
            item = self._read(prop.inner_property, "item", name)
            rows = f'read_list({value}, "{name}")'
            return rows if item == "item" else f"[{item} for item in {rows}]"
        if isinstance(prop, EnumProperty):
            return f'read_enum({prop.class_info.name}, {value}, "{name}")'
        if isinstance(prop, ModelProperty):
            return f"{prop.class_info.name}.from_dict({value})"
        if isinstance(prop, DateTimeProperty):
            return f'parse_datetime({value}, "{name}")'
        if self._as_it_is(prop):
            return value
        name = prop.name.get_untrusted_value()
        raise NoIdiom(f"{name}: a union of models without a discriminator cannot be read")

    def writing(self, model: ModelProperty, prop: PropertyProtocol, value: str) -> str:
        """Return the value of the attribute, for JSON."""
        if self._names_experiment(model, prop):
            return f'getattr({value}, "slug", {value})'
        if self._is_immutable(prop):
            return value
        place, maker = self.keyword(prop), self._maker(prop)
        if isinstance(self._only_part(prop), ListProperty):
            more = f", {maker}" if maker else ""
            return f'list_to_json({value}, "{place}"{more})'
        if maker:
            return f'to_json({value}, "{place}", {maker})'
        if any(isinstance(part, DateTimeProperty) for part in self._flat(prop)):
            return f'to_json({value}, "{place}")'
        return f"to_json({value})"

    def _maker(self, prop: PropertyProtocol) -> str | None:
        """Return the function that makes a model of a plain dict."""
        prop, union = self._only_part(prop), self._tagged(prop)
        if union:
            return union.maker
        if isinstance(prop, ListProperty):
            return self._maker(prop.inner_property)
        if isinstance(prop, ModelProperty) and not self.is_map(prop):
            return str(prop.class_info.name)
        return None

    def _is_immutable(self, prop: PropertyProtocol) -> bool:
        """Return True if the value in Python is the value in JSON, and is not changed in place."""
        if isinstance(prop, UnionProperty):
            return all(self._is_immutable(part) for part in prop.inner_properties)
        return self._as_it_is(prop) and not isinstance(prop, AnyProperty | ListProperty)
