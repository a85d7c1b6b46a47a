"""Names in templates: what they mean, and what is wrong with those that mean nothing."""

from __future__ import annotations

import pytest

from springhead.columns.text_format import parse_format
from springhead.fields import FieldPath, Resolution, read_field, resolve
from springhead.fields.template_text import Reference, Slot, parse_template
from tests.unit.build import KINDS_LISTED
from tests.unit.spec.conftest import Load, Problems


def resolution(**fields: object) -> Resolution:
    return resolve({name: read_field(field) for name, field in fields.items()})


def slot(*names: str, form: str = "") -> Slot:
    return Slot(Reference(names), parse_format(form) if form else None)


def template(text: str) -> dict[str, str]:
    return {"template": text}


class TestParsing:
    @pytest.mark.parametrize(
        ("text", "parts"),
        [
            ("", ()),
            ("plain", ("plain",)),
            ("{a}", (slot("a"),)),
            ("{a.b}-{c}", (slot("a", "b"), "-", slot("c"))),
            ("{{{a}}}", ("{", slot("a"), "}")),
            ("{{}} {{a}}", ("{} {a}",)),
            ("{first name}", (slot("first name"),)),
            ("{a:}{a.b:>8}:{c::^3}", (slot("a"), slot("a", "b", form=">8"), ":", slot("c", form=":^3"))),
        ],
    )
    def test_braces_are_doubled_as_in_python(self, text: str, parts: tuple[str | Slot, ...]) -> None:
        assert parse_template(text) == parts


class TestScope:
    def test_the_innermost_object_is_looked_through_first_then_outwards(self) -> None:
        found = resolution(
            id={"uuid": 4},
            name={"faker": "name"},
            customer={"object": {"name": {"faker": "name"}, "greeting": template("{name} {id} {customer.name}")}},
            text=template("{name} {customer.greeting}"),
        )
        assert found.problems == ()
        inside = [found.find(reference, ("customer",)) for reference in found.tree["customer", "greeting"].references]
        assert inside == [("customer", "name"), ("id",), ("customer", "name")]
        assert [found.find(reference) for reference in found.tree["text",].references] == [("name",), ("customer", "greeting")]
        assert found.find(Reference(("customer", "name"))) == ("customer", "name")

    def test_the_order_puts_what_is_referred_to_first(self) -> None:
        found = resolution(a=template("{b}"), b=template("{o.c}"), o={"object": {"c": template("{d}")}}, d={"uuid": 4})
        order = list(found.order)
        assert sorted(order) == [("a",), ("b",), ("d",), ("o",), ("o", "c")]
        for path, field in found.tree.items():
            assert all(order.index(found.find(each, path[:-1])) < order.index(path) for each in field.references)
            assert all(order.index((*path, name)) < order.index(path) for name in field.children)

    def test_a_thousand_templates_in_a_row_are_no_recursion(self) -> None:
        fields: dict[str, object] = {f"f{n}": template(f"{{f{n + 1}}}") for n in range(5000)}
        assert len(resolution(**fields, f5000={"uuid": 4}).order) == 5001

    def test_null_is_handed_on(self) -> None:
        found = resolution(a=template("{b}"), b=template("x{c}"), c={"choice": ["x", None]}, d={"constant": None}, e={"uuid": 4})
        nullable: set[FieldPath] = {path for path, type_ in found.types.items() if type_ is not None and type_.nullable}
        assert nullable == {("a",), ("b",), ("c",), ("d",)}

    def test_what_only_faker_can_tell_is_not_known_without_it(self) -> None:
        found = resolution(a={"faker": "pylist"}, c={"object": {"d": {"faker": "name"}}}, e=template("{a}"))
        assert [found.types[name,] for name in ("a", "c")] == [None, None]
        assert found.types["e",] is not None


class TestUnknownField:
    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ("{custmer}", "unknown field 'custmer'. Did you mean 'customer'?"),
            ("{zzzz}", "unknown field 'zzzz'"),
            ("{customer.nam}", "unknown field 'customer.nam': there is no 'nam' in 'customer'. Did you mean 'name'?"),
            ("{street}", "unknown field 'street'"),
            ("{id.x}", "'id.x' reaches into 'id', which is no object"),
            ("{customer}", "'customer' is an object, which has no text: name a field in it, such as {customer.name}"),
        ],
    )
    def test_it_is_an_error_with_the_nearest_name(self, problems: Problems, text: str, problem: str) -> None:
        stream = f'topic: t\nfields:\n id: {{uuid: 4}}\n customer: {{object: {{name: {{faker: name}}, town: {{object: {{street: {{uuid: 4}}}}}}}}}}\n x: {{template: "{text}"}}\n'
        assert problems(stream) == [f"5:16 fields.x.template: {problem}"]

    def test_inside_an_object_too(self, problems: Problems) -> None:
        assert problems('topic: t\nfields: {o: {object: {price: {integer: [1, 2]}, x: {template: "{prise}"}}}}') == [
            "2:63 fields.o.object.x.template: unknown field 'prise'. Did you mean 'price'?"
        ]

    def test_a_field_that_could_not_be_read_is_none(self, problems: Problems) -> None:
        assert problems('topic: t\nfields:\n a: {fake: name}\n b: {template: "{a} {a.b} {c}"}\nkey: "{a}{d}"') == [
            f"3:6 fields.a.fake: 'fake' is no kind of field; one key names it: {KINDS_LISTED}. Did you mean 'faker'?",
            "4:16 fields.b.template: unknown field 'c'",
            "5:6 key: unknown field 'd'",
        ]


class TestCycle:
    def test_it_is_shown_from_its_first_field_on(self, problems: Problems) -> None:
        assert problems(
            'topic: t\nfields:\n z: {uuid: 4}\n a: {template: "{b}{z}"}\n b: {object: {c: {template: "{d}"}}}\n d: {template: "{a}"}\n'.replace(
                "{b}{z}", "{b.c}{z}"
            )
        ) == ["4:16 fields.a.template: the references go round in a circle: a → b.c → d → a"]

    def test_a_field_that_refers_to_itself_is_one(self, problems: Problems) -> None:
        assert problems('topic: t\nfields: {a: {template: "{a}"}}') == [
            "2:24 fields.a.template: the references go round in a circle: a → a"
        ]

    def test_an_object_whose_condition_names_a_field_in_it_is_one(self, problems: Problems) -> None:
        assert problems("topic: t\nfields: {o: {object: {x: {boolean: 1}, p: {object: {y: {uuid: 4}}}}, when: o.x}}") == [
            "2:76 fields.o.when: the references go round in a circle: o.x → o.x"
        ]

    def test_all_of_them_are_found(self, problems: Problems) -> None:
        assert problems('topic: t\nfields:\n a: {template: "{b}"}\n b: {template: "{a}"}\n c: {template: "{c}"}\n') == [
            "3:16 fields.a.template: the references go round in a circle: a → b → a",
            "5:16 fields.c.template: the references go round in a circle: c → c",
        ]


class TestKeysAndHeaders:
    @pytest.mark.parametrize(
        ("more", "problem"),
        [
            ('key: "{idd}"', "3:6 key: unknown field 'idd'. Did you mean 'id'?"),
            ('key: {template: "{idd}"}', "3:17 key.template: unknown field 'idd'. Did you mean 'id'?"),
            ('key: "{who}"', "3:6 key: 'who' is an object, which has no text: name a field in it, such as {who.id}"),
            ("key: {object: {a: {uuid: 4}}}", "3:6 key: an object has no text: use a template over the fields, or a field of another kind"),
            (
                "key: {array: {uuid: 4}, length: 2}",
                "3:14 key.array: it gives lists, objects or values of several types, which have no text: use a field of another kind",
            ),
            ('key: "{maybe}"', "3:6 key: a key cannot be null, and the field 'maybe' may be"),
            ("key: {choice: [a, null]}", "3:6 key: a key cannot be null, and this field may be"),
            ("key: {constant: null}", "3:6 key: a key cannot be null, and this field may be"),
            ('headers: {h: "{idd}"}', "3:14 headers.h: unknown field 'idd'. Did you mean 'id'?"),
            (
                "headers: {h: {object: {a: {uuid: 4}}}}",
                "3:14 headers.h: an object has no text: use a template over the fields, or a field of another kind",
            ),
            ('variants: {v: {key: "{maybe}"}}', "3:21 variants.v.key: a key cannot be null, and the field 'maybe' may be"),
            ('variants: {v: {headers: {h: "{x}"}}}', "3:29 variants.v.headers.h: unknown field 'x'"),
        ],
    )
    def test_their_references_are_checked(self, stream_problems: Problems, more: str, problem: str) -> None:
        assert stream_problems(more) == [problem]

    def test_a_header_may_be_null(self, load: Load) -> None:
        load("topic: t\nfields: {a: {choice: [x, null]}}\nheaders: {h: '{a}', n: {constant: null}}")


def test_a_circle_is_found_beside_a_name_that_means_nothing(problems: Problems) -> None:
    assert problems('topic: t\nfields:\n  a: {template: "{zz}{a}"}\n') == [
        "3:17 fields.a.template: unknown field 'zz'",
        "3:17 fields.a.template: the references go round in a circle: a → a",
    ]
