"""Renders templates with Jinja 3.1 as the package's rules want them.

    python3 oracle.py cases > oracle-cases.json

writes the cases that oracle_test.go replays; they are committed, so that the
tests need no Python.

    python3 oracle.py strftime > strftime-cases.json

writes what Python makes of patterns for dates.

    python3 oracle.py serve

is what ../difftest talks to: it reads one JSON object a line from standard
input, {"t": template, "c": context}, with "null": true to treat attributes that
are null as missing, and answers each with one line:
{"ok": text}, {"missing": name}, {"skip": reason} or
{"error": class, "msg": text}.

What differs from a plain jinja2.Environment, each a documented rule:
  - undefined raises only when it is used as text, and null when printed;
  - MOE_NOT_SEND, as a tag or printed, skips;
  - filters that return generators return lists; |safe is the identity, and
    |escape returns plain text; |tojson keeps non-ASCII and HTML characters;
  - constants are not folded: folding turns some errors into undefined;
  - range() is limited to 1,000 numbers.
"""

import datetime
import functools
import json
import sys
import warnings

import jinja2
import jinja2.filters
import jinja2.sandbox
from jinja2 import nodes
from jinja2.ext import Extension
from markupsafe import Markup, escape


class Missing(Exception):
    pass


class Skip(Exception):
    pass


class PrintUndefined(jinja2.Undefined):
    """Undefined that raises when it is used as text."""

    def __str__(self):
        if self._undefined_hint and self._undefined_hint.startswith("the inline if"):
            return ""
        raise Missing(str(self._undefined_name))

    __slots__ = ()


class NullPrintUndefined(PrintUndefined):
    """An attribute that is null: missing in every operation, and still none."""

    __slots__ = ()

    def __repr__(self):
        return "None"

    def __eq__(self, other):
        return other is None or isinstance(other, NullPrintUndefined)

    def __hash__(self):
        return hash(None)


class NotSend(Extension):
    tags = {"MOE_NOT_SEND", "abort_message"}

    def parse(self, parser):
        line = next(parser.stream).lineno
        reason = parser.parse_expression() if parser.stream.current.type != "block_end" else nodes.Const("")
        return nodes.ExprStmt(self.call_method("skip", [reason]), lineno=line)

    def skip(self, reason):
        raise Skip(str(reason))


def finalize(value):
    if value is None:
        raise Missing("null")
    if isinstance(value, str) and value in ("MOE_NOT_SEND", "MOE\\_NOT\\_SEND"):
        raise Skip("default")
    return value


def environment():
    jinja2.sandbox.MAX_RANGE = 1000
    env = jinja2.sandbox.SandboxedEnvironment(
        undefined=PrintUndefined,
        finalize=finalize,
        extensions=["jinja2.ext.loopcontrols", "jinja2.ext.do", NotSend],
        keep_trailing_newline=True,
        optimized=False,
    )

    def listed(name):
        plain = env.filters[name]

        def call(*args, **kwargs):
            return list(plain(*args, **kwargs))

        for mark in ("jinja_pass_arg",):
            if hasattr(plain, mark):
                setattr(call, mark, getattr(plain, mark))
        env.filters[name] = call

    for name in ("map", "select", "reject", "selectattr", "rejectattr", "unique", "batch", "slice", "items"):
        listed(name)
    plain_reverse = env.filters["reverse"]
    env.filters["reverse"] = lambda v: v[::-1] if isinstance(v, str) else list(plain_reverse(v))
    for name in ("e", "escape", "forceescape"):
        env.filters[name] = lambda v: str(escape(str(v)))
    plain_urlencode = env.filters["urlencode"]
    env.filters["urlencode"] = lambda v: plain_urlencode(str(v) if isinstance(v, jinja2.Undefined) else v)
    env.filters["safe"] = lambda v: v
    env.filters["tojson"] = lambda v: json.dumps(v, sort_keys=True, ensure_ascii=False)
    return env


def nullish_environment():
    """The environment for contexts with NullPrintUndefined."""
    env = environment()
    env.tests["none"] = lambda v: v is None or isinstance(v, NullPrintUndefined)
    env.tests["defined"] = lambda v: isinstance(v, NullPrintUndefined) or not isinstance(v, jinja2.Undefined)
    env.tests["undefined"] = lambda v: not env.tests["defined"](v)
    plain = env.filters["default"]
    for name in ("default", "d"):
        env.filters[name] = lambda v, *args, **kwargs: plain(jinja2.Undefined() if v is None else v, *args, **kwargs)
    return env


def render(env, template, context):
    """template is the text of one, or what compiles to one when it is called."""
    try:
        compiled = template() if callable(template) else env.from_string(template)
        return {"ok": compiled.render(context)}
    except Missing as e:
        return {"missing": str(e)}
    except jinja2.UndefinedError as e:
        return {"missing": str(e)}
    except Skip as e:
        return {"skip": str(e)}
    except jinja2.TemplateSyntaxError as e:
        return {"error": "syntax", "msg": str(e), "line": e.lineno}
    except (RecursionError, MemoryError) as e:
        return {"error": type(e).__name__, "msg": ""}
    except Exception as e:
        return {"error": type(e).__name__, "msg": str(e)}


def serve(env):
    out = sys.stdout
    nullish = nullish_environment()
    compiled = functools.lru_cache(maxsize=4)(lambda template, null: (nullish if null else env).from_string(template))
    for line in sys.stdin:
        case = json.loads(line)
        if case["null"]:
            user = case["c"]["UserAttribute"]
            user.update({name: NullPrintUndefined(name=name) for name in user if user[name] is None})
        answer = render(env, functools.partial(compiled, case["t"], case["null"]), case["c"])
        try:
            text = json.dumps(answer)
        except ValueError:
            text = json.dumps({"error": "ValueError", "msg": "not serializable"})
        out.write(text + "\n")
        out.flush()


USER = {
    "line_id": "U4af4980629f9a3d7b1a2c3d4e5f60718",
    "First Name": "Aki",
    "name": 'Aki "Ace" Sato',
    "first_name": "aki SATO",
    "jp": "太郎",
    "thai": "สมชาย ใจดี",
    "emoji": "👩‍👩‍👧 ok",
    "empty": "",
    "nl": "a\nb",
    "bs": "C:\\temp",
    "age": 42,
    "zero": 0,
    "price": 1234.5,
    "whole": 1200.0,
    "half": 2.5,
    "big": 1000000,
    "huge": 123456789012345678901234567890,
    "vip": True,
    "optout": False,
    "tags": ["sale", "new", "vip"],
    "nums": [3, 1, 2],
    "mixed": [1, "a", 2.5, True],
    "nested": [[1, 2], [3]],
    "address": {"city": "Tokyo", "zip": "100-0001", "geo": {"lat": 35.68}},
    "cart": [
        {"title": "Tea", "price": 300, "tags": ["hot"], "sku": {"id": 7}},
        {"title": 'Cake "XL"', "price": 450, "tags": [], "sku": {"id": 3}},
        {"title": "apple", "price": 300, "tags": ["red", "raw"], "sku": {"id": 5}},
    ],
}

VALUES = ["'Hello World'", "UserAttribute['name']", "UserAttribute['jp']", "UserAttribute['empty']", "UserAttribute['age']",
          "UserAttribute['price']", "UserAttribute['tags']", "UserAttribute['address']", "UserAttribute['nope']", "UserAttribute['vip']"]

FILTERS = ["upper", "lower", "title", "capitalize", "trim", "string", "length", "first", "last", "reverse", "list", "sort",
           "unique", "join('-')", "int", "float", "round", "abs", "urlencode", "e", "striptags", "wordcount", "tojson", "max",
           "default('d')", "default('d', true)", "replace('o', '0')", "center(14)", "truncate(7, true, '…', 0)"]

TESTS = ["defined", "undefined", "none", "string", "number", "integer", "float", "boolean", "mapping", "sequence", "iterable",
         "true", "false", "odd", "even", "upper", "lower", "in ['sale', 42]", "eq 42", "divisibleby 7"]

NUMBERS = ["7 // 2", "-7 // 2", "7 % -3", "-7 % 3", "7.5 // 2", "-7.5 % 2", "2 ** 10", "2 ** -1", "2 ** 0.5", "10 / 4", "10 / 5",
           "1e16", "1e15", "123456789012345678", "0.1 + 0.2", "1 / 3", "100000000000000000000 + 1", "0x1f", "0b101", "1_000", "-0.0",
           "1e-5", "0.0001", "5 % 0.3", "3 * 'ab'", "'ab' * 0", "[0] * 3", "-3 ** 2", "2 ** 3 ** 2", "1 ~ 2 + 3", "9007199254740993 / 3",
           "true + 1", "1 == 1.0", "1 == true", "'a' < 'b'", "[1, 2] < [1, 3]", "(1, 2) == (1, 2)", "1 < 2 < 3", "3 > 2 > 2",
           "not 1 in [1]", "1 in [1.0]", "'b' in 'abc'", "5 if false else 6", "none or 'x'", "0 and 1", "'' or 0 or 'z'", "1 if 0"]

STRINGS = ["'abc'[1]", "'abc'[-1]", "'abc'[5]", "'abcdef'[1:4]", "'abcdef'[::-1]", "'abcdef'[-2:]", "'abcdef'[4:1:-1]", "'日本語テスト'[1:3]",
           "'a,b,c'.split(',')", "'a b  c'.split()", "'a,b,c'.split(',', 1)", "'a,b,c'.rsplit(',', 1)", "'abc'.upper()", "'ß'.upper()",
           "'ABC'.lower()", "'hello world'.title()", "\"they're\".title()", "'aBc'.swapcase()", "'x'.center(5, '*')", "'x'.ljust(3) ~ '|'",
           "'x'.rjust(3, '.')", "'42'.zfill(5)", "'-42'.zfill(5)", "'abc'.find('c')", "'abc'.find('z')", "'abcabc'.rfind('b')", "'abcabc'.count('bc')",
           "'abc'.startswith('ab')", "'abc'.startswith(('x', 'a'))", "'abc'.endswith('bc')", "'a-b-c'.partition('-')", "'a-b-c'.rpartition('-')",
           "'  x '.strip()", "'xxaxx'.strip('x')", "'a\\nb'.splitlines()", "'12'.isdigit()", "'²'.isdigit()", "'²'.isdecimal()", "'½'.isnumeric()",
           "'abc'.isalpha()", "'a1'.isalnum()", "' '.isspace()", "'Abc De'.istitle()", "','.join(['a', 'b'])", "'aXbX'.replace('X', 'y', 1)",
           "'prefix-x'.removeprefix('prefix-')", "'x.txt'.removesuffix('.txt')", "'ǆ'.capitalize()", "'ΑΣ'.lower()", "'it\\'s'", "\"a\" 'b'", "'\\u00e9\\x41'",
           "'%s and %s' % ('a', 'b')", "'%d%%' % 50", "'%05.1f' % 3.14159", "'%-5s|' % 'ab'", "'%+d' % 5", "'%x' % 255", "'%#o' % 8", "'%e' % 12345.678",
           "'%g' % 0.00001", "'%(a)s' % {'a': 1}", "'%r' % 'q'", "'%c' % 65", "'%.2s' % 'abc'", "'%*d' % (5, 42)",
           "'{}-{}'.format(1, 'b')", "'{1}{0}'.format('a', 'b')", "'{x}'.format(x=3)", "'{:>6}'.format('ab')", "'{:^6}|'.format('ab')", "'{:*<6}'.format('ab')",
           "'{:,}'.format(1234567)", "'{:,.2f}'.format(1234567.891)", "'{:_}'.format(1234567)", "'{:05d}'.format(-42)", "'{:+.1e}'.format(12345.6)", "'{:%}'.format(0.25)",
           "'{:.1%}'.format(0.256)", "'{:b}'.format(10)", "'{:#x}'.format(255)", "'{!r}'.format('a')", "'{:{w}}|'.format('a', w=4)", "'{{}}'.format()", "'{0[a]}'.format({'a': 5})",
           "'{:.3}'.format(123.456)", "'{:g}'.format(1e10)", "'{:08.3f}'.format(-3.14159)", "'{:.0f}'.format(2.5)", "'{:.0f}'.format(3.5)"]

LISTS = ["[1, 2] + [3]", "[3, 1, 2]|sort", "['b', 'A', 'c']|sort", "['b', 'A', 'c']|sort(case_sensitive=true)", "[1, 2, 3, 4]|batch(2)", "[1, 2, 3]|batch(2, 0)",
         "[1, 2, 3, 4, 5]|slice(2)", "[1, 2, 3]|slice(2, 'x')", "[1, 2, 3]|sum", "[[1], [2]]|sum(start=[])", "[1, 2, 3]|map('string')|join", "['a', 'B']|map('upper')|list",
         "[1, 2, 3, 4]|select('even')|list", "[1, 2, 3, 4]|reject('gt', 2)|list", "['a', '', 'b']|select|list", "UserAttribute['cart']|map(attribute='sku.id')|list",
         "UserAttribute['cart']|map(attribute='nope', default='-')|list", "UserAttribute['cart']|selectattr('tags')|map(attribute='title')|list",
         "UserAttribute['cart']|rejectattr('price', 'lt', 400)|map(attribute='title')|list", "UserAttribute['cart']|sort(attribute='title')|map(attribute='title')|list",
         "UserAttribute['cart']|sort(attribute='price,title')|map(attribute='title')|list", "UserAttribute['cart']|sort(reverse=true, attribute='price')|map(attribute='title')|list",
         "UserAttribute['cart']|groupby('price')|map('first')|list", "UserAttribute['cart']|groupby('price')|map(attribute='list')|map('length')|list",
         "UserAttribute['cart']|unique(attribute='price')|map(attribute='title')|list", "UserAttribute['cart']|max(attribute='price')|items|first", "UserAttribute['cart']|join(', ', attribute='title')",
         "UserAttribute['nested'][0][1]", "UserAttribute['nested']|map('sum')|list", "UserAttribute['address'].geo.lat", "UserAttribute.address['geo']['lat']", "UserAttribute['address'].get('zip')",
         "UserAttribute['address'].get('x')", "UserAttribute['address'].get('x', 'y')", "UserAttribute['address'].keys()|list", "UserAttribute['address'].values()|list|length", "UserAttribute['address'].items()|list|first",
         "UserAttribute['address']|dictsort|map('first')|list", "{'b': 1, 'A': 2}|dictsort", "{'b': 1, 'A': 2}|dictsort(true)", "{'b': 1, 'A': 2}|dictsort(by='value')", "{1: 'a', 'b': [1, (2,)]}", "{'a': none, 'b': true, 'c': 1.0}",
         "[1, 'a', none, true, 2.0, ['x'], {'k': 'v'}, (1,)]", "['it\\'s', 'say \"hi\"', 'both \\' \"', 'tab\\t', 'é', '\\x01']", "()", "(1,)", "1, 2", "range(5)|list", "range(1, 10, 3)|list", "range(5, 0, -2)|list", "dict(a=1, b=2)",
         "[1, 2, 3][1:]", "[1, 2, 3][::-1]", "UserAttribute['tags'][:2]", "UserAttribute['tags'][10]", "UserAttribute['tags'].index('new')", "UserAttribute['nums'].count(1)", "'a' in {'a': 1}", "[1, 2] == [1, 2]", "UserAttribute['nums']|min", "UserAttribute['mixed']|max",
         "{'a': 1, 'b': [1, 2]}|tojson", "'<\"é\">'|tojson", "1.0|tojson", "none|tojson", "{'x': 1}|urlencode", "[('a', 'b c'), ('d', '&')]|urlencode", "1000|filesizeformat", "123456789|filesizeformat", "1024|filesizeformat(true)", "1|filesizeformat", "42.55|round(1, 'floor')", "42.55|round(1, 'ceil')", "2.675|round(2)", "1234|round(-2)", "'a b c'|wordcount", "'12.9'|int", "'0x1A'|int(0, 16)", "'x'|int(7)", "'1e3'|float", "'nan'|float", "'a\\nb'|indent", "'a\\nb'|indent(2, true)", "'one two three four'|wordwrap(9)", "'foo bar baz qux'|truncate(9)", "'foo bar baz qux'|truncate(9, true)", "'foo bar baz qux'|truncate(11)", "'foo bar baz qux'|truncate(11, false, '...', 0)"]

STATEMENTS = [
    "{% if UserAttribute['vip'] %}a{% endif %}b",
    "{% if UserAttribute['nope'] %}a{% elif UserAttribute['age'] > 40 %}b{% else %}c{% endif %}",
    "{% if not UserAttribute['nope'] and UserAttribute['age'] in [1, 42] %}x{% endif %}",
    "{% for x in UserAttribute['tags'] %}{{ loop.index }}/{{ loop.length }}:{{ x }}{{ ', ' if not loop.last }}{% endfor %}",
    "{% for x in UserAttribute['tags'] %}{{ loop.revindex0 }}{{ loop.first }}{{ loop.previtem|default('-') }}{{ loop.nextitem|default('-') }}{% endfor %}",
    "{% for a, b in [(1, 2), (3, 4)] %}{{ a + b }};{% endfor %}",
    "{% for (a, b), c in [((1, 2), 3)] %}{{ a }}{{ b }}{{ c }}{% endfor %}",
    "{% for k in UserAttribute['address'] %}{{ k }},{% endfor %}",
    "{% for k, v in UserAttribute['address']|dictsort %}{{ k }}={{ v }};{% endfor %}",
    "{% for c in 'añ太' %}[{{ c }}]{% endfor %}",
    "{% for x in [1, 2, 3, 4] if x is even %}{{ loop.index }}{{ x }}{% else %}none{% endfor %}",
    "{% for x in [] %}x{% else %}none{% endfor %}",
    "{% for x in [1, 2] %}{% for y in [3, 4] %}{{ loop.depth }}{{ loop.index }}{{ x * y }} {% endfor %}{{ loop.index }}{% endfor %}",
    "{% for x in [1, 2, 3] %}{{ loop.cycle('a', 'b') }}{% endfor %}",
    "{% for x in [1, 1, 2] %}{{ loop.changed(x) }}{% endfor %}",
    "{% for x in range(10) %}{% if x == 2 %}{% continue %}{% endif %}{% if x > 4 %}{% break %}{% endif %}{{ x }}{% endfor %}",
    "{% for x in [1, 2] %}{% set outer = loop %}{% for y in [1, 2] %}{{ outer.index }}{{ loop.index }} {% endfor %}{% endfor %}",
    "{% set x = 1 %}{% for i in [1, 2] %}{% set x = x + i %}{{ x }}{% endfor %}{{ x }}",
    "{% set x = 1 %}{% if true %}{% set x = 2 %}{% endif %}{{ x }}",
    "{% set a, b = 1, 2 %}{{ b }}{{ a }}",
    "{% set x %}a{{ 1 }}b{% endset %}{{ x|upper }}",
    "{% set x | upper | replace('B', '-') %}abc{% endset %}{{ x }}",
    "{% set ns = namespace(n=0) %}{% for i in [1, 2, 3] %}{% set ns.n = ns.n + i %}{% endfor %}{{ ns.n }}",
    "{% set l = [1] %}{% do l.append(2) %}{% do l.extend([3, 4]) %}{{ l }}{{ l.pop() }}{{ l.pop(0) }}{{ l }}",
    "{% set l = [3, 1] %}{% do l.insert(1, 9) %}{% do l.sort() %}{% do l.reverse() %}{{ l }}",
    "{% set d = {'a': 1} %}{% do d.update({'b': 2}) %}{% do d.update(c=3) %}{{ d }}{{ d.pop('a') }}{{ d.setdefault('z', 9) }}{{ d }}",
    "{% with x = 1, y = 2 %}{{ x + y }}{% endwith %}",
    "{% with %}{% set q = 5 %}{{ q }}{% endwith %}",
    "{% filter upper %}abc {{ 'd' }}{% endfilter %}",
    "{% filter replace('a', 'b')|upper %}aXa{% endfilter %}",
    "{% raw %}{{ x }} {% if %}{% endraw %}",
    "a {#- comment -#} b",
    "a {{- 1 -}} b",
    "a\n  {%- if true +%}  b  {%+ endif -%}\n c",
    "{{ '{{' }}{{ '}}' }}{{ '{%' }}",
    "{{ {'a': {'b': {}}} }}",
    "{{ {'a': 1}.a }}{{ {'a': 1}['a'] }}",
    "{{ UserAttribute['nope'].deeper }}",
    "{{ UserAttribute['address'].nope }}",
    "{{ UserAttribute['nope'] + 1 }}",
    "{{ UserAttribute['nope'] == 1 }}{{ UserAttribute['nope'] != 1 }}{{ UserAttribute['nope'] in [1] }}",
    "{{ UserAttribute['nope'] < 1 }}",
    "{{ 'x' ~ UserAttribute['nope'] }}",
    "{{ (UserAttribute['nope'] or 'y') ~ 1 }}",
    "{{ UserAttribute['nope']|default(UserAttribute['nope2'])|default(3) }}",
    "{{ UserAttribute['nope']|upper|default('x') }}",
    "{{ 'MOE_NOT_SEND' }}",
    "{{ 'MOE\\_NOT\\_SEND' }}",
    "x{% MOE_NOT_SEND %}",
    "{% if UserAttribute['age'] > 100 %}{% MOE_NOT_SEND('old') %}{% endif %}ok",
    "{% if UserAttribute['age'] < 100 %}{% abort_message('young ' ~ UserAttribute['age']) %}{% endif %}ok",
    "{{ 1 / 0 }}", "{{ 1 // 0 }}", "{{ 1 % 0 }}", "{{ 'a' + 1 }}", "{{ 1 + 'a' }}", "{{ [1] + 1 }}", "{{ {} < {} }}", "{{ 'a' < 1 }}", "{{ none + 1 }}",
    "{{ 'abc'.index('z') }}", "{{ [].pop() }}", "{{ range(2000) }}", "{{ 5 in 5 }}", "{{ 'x'|map('nosuch')|list }}", "{{ [1, 'a']|sort }}", "{{ [[]]|unique|list }}",
    "{% for a, b in [1] %}{{ a }}{% endfor %}", "{% for x in 5 %}{{ x }}{% endfor %}", "{% set a, b = [1, 2, 3] %}", "{{ '%d' % 'a' }}", "{{ '%s %s' % 'a' }}", "{{ '{:d}'.format('a') }}",
    "{{ 'a' if true }}{{ 'b' if false }}|", "{{ ('b' if false)|default('c') }}", "{{ -'a' }}", "{{ 'abc'.center('a') }}", "{{ 1|round(method='x') }}", "{{ {'a': 1}|dictsort(by='z') }}",
]


EXTRA = ["{'a': 1} == {'a': 1.0}", "{'a': 1} == {'a': 2}", "{'a': 1} == {'b': 1}", "1.5 < 2.5", "2.5 > 2", "1e400 > 10**50", "-1e400 < 5", "1.5 == 1.5",
         "2**70 > 1e10", "1e10 < 2**70", "-(2**70)", "+(2**70)", "+true", "-true", "-1.5", "+1.5", "0 ** 0", "1 ** (2**70)", "(-1) ** (2**70)", "(-1) ** (2**70 + 1)", "0 ** (2**70)", "0.0 ** -1", "10.0 ** 400", "2 ** -2",
         "1.0 / 0", "1.0 // 0", "1.0 % 0", "1 / 0.0", "'٣'|int", "'１２'|int", "'1__0'|int", "'_1'|int", "'1_'|int", "'+5'|int", "' -7 '|int", "'--5'|int", "'0b11'|int(0, 2)", "'0o17'|int(0, 8)", "'zz'|int(0, 36)", "'12'|int(0, 99)", "'0x1f'|int(0, 0)", "'inf'|float", "'1_0.5'|float", "'.5'|float", "'5.'|float", "'1e5'|int", "'٣.٥'|float",
         "1e25|filesizeformat", "'nan'|float|filesizeformat", "'inf'|float|filesizeformat", "-1e25|filesizeformat", "999|filesizeformat", "1000000|filesizeformat(binary=true)", "'x'|filesizeformat", "-5|filesizeformat", "0.5|filesizeformat",
         "'%s-%(a)s'|format(a=1)", "'%(a)s and %(b)05d'|format(a='x', b=3)", "'%s'|format(1, a=2)", "'%(a)s'|format(1)", "'%c'|format('ab')", "'%c'|format(0x65e5)", "'%c'|format(-1)", "'%i %u'|format(3.9, true)", "'%x'|format(3.5)", "'%5.3d|'|format(7)", "'%-8.3f|'|format(3.14159)", "'% d'|format(5)", "'%#x %#X %#o'|format(255, 255, 8)", "'%g %g %g'|format(1e20, 0.0001, 100000)", "'%#g'|format(1.5)", "'%E'|format(0.000123)", "'%G'|format(1e-10)", "'%f'|format('x')", "'%d'|format(none)", "'%y'|format(1)", "'%'|format(1)", "'%(a'|format(a=1)", "'%lld'|format(5)", "'%.0f'|format(0.5)", "'%s' % [1, 2]", "'%s %s' % (1, [2])", "'%s' % ({'a': 1},)", "'%(k)r' % {'k': 'v'}", "'a' % {}", "'a' % []", "'a' % 1", "'%%' % ()", "'%d%%' % 5",
         "'{0.city}'.format(UserAttribute['address'])", "'{0[1]}'.format([1, 2])", "'{a[b]}'.format(a={'b': 3})", "'{} {0}'.format(1)", "'{'.format(1)", "'}'.format(1)", "'{!x}'.format(1)", "'{!s:>5}'.format(12)", "'{:s}'.format(5)", "'{:d}'.format(5.5)", "'{:x}'.format(-255)", "'{:X}'.format(255)", "'{:o}'.format(8)", "'{:#b}'.format(5)", "'{:c}'.format(65)", "'{:n}'.format(1234)", "'{:e}'.format(5)", "'{:G}'.format(1e-7)", "'{:%}'.format(1)", "'{:^9}'.format('ab')", "'{:é^5}'.format('x')", "'{:5}'.format(true)", "'{:5}|'.format('a')", "'{:<5}|'.format(3)", "'{:=+6}'.format(3)", "'{: }'.format(3)", "'{:.2}'.format('abc')", "'{:.2f}'.format('a')", "'{:,}'.format('a')", "'{:+}'.format('a')", "'{:=5}'.format('a')", "'{:#}'.format('a')", "'{:,x}'.format(5)", "'{:_x}'.format(65535)", "'{:.2d}'.format(5)", "'{:012,.2f}'.format(1234.5)", "'{:08,}'.format(1234)", "'{:.}'.format(1)", "'{:q}'.format(1)", "'{:.3g}'.format(1234.5678)", "'{:.10g}'.format(0.1)", "'{:10}|'.format(1.5)", "'{:}'.format(1.5)", "'{:^#12,}'.format(1e16)", "'{:#}'.format(2.0)", "'{:#}'.format(1e-7)", "'{:#.3}'.format(1e16)", "'{:#g}'.format(1e16)", "'{:#e}'.format(1e16)", "'{:#.0f}'.format(2.5)", "'{}'.format([1])", "'{:5}'.format([1])", "'{}'.format(none)", "'{:5}'.format(none)",
         "dict([('a', 1), ('b', 2)])", "dict([(1, 2, 3)])", "dict([1])", "dict(5)", "dict({'a': 1}, b=2)", "dict({'a': 1}, {'b': 2})", "[('a', 1)]|tojson", "{(1, 2): 3}|tojson", "{none: 1, true: 2, 1.5: 3}|tojson", "{1: 'a'}[1]", "{1: 'a'}[1.0]", "{true: 'a'}[1]", "{1.5: 'a'}[1.5]", "{none: 'a'}[none]", "{(1, 'x'): 'a'}[(1, 'x')]", "{[1]: 2}",
         "'a b  c d'.rsplit(none, 2)", "' a b '.rsplit()", "'a b c'.split(none, 1)", "'a b c'.split(maxsplit=1)", "'a-b'.split(sep='-')", "'abc'.split('')", "'abc'.split('x', 'y')", "'a-b'.rpartition('x')", "'a-b'.partition('x')", "'ab'.partition('')", "'abc'.rindex('z')", "'abc'.startswith(1)", "'a'.join([1])", "'a'.join('xyz')", "'x'.center(4, 'ab')", "'x'.zfill('a')", "[1, 2, 3].index(2, 1)", "[1].index(5)", "[1].remove(2)", "[].pop()", "[1].pop(5)", "{}.popitem()", "{}.pop('x')", "[1, 2].count()", "'abc'.upper(1)",
         "'\\u65e5\\x41\\101\\t\\q\\U0001f600'", "'a\\\nb'", "'\\x4'", "'\\u12'", "'\\8'", "0b11 + 0o17 + 0xFF", "1_000.5", "1e-3", "1E5", "{'a': 1}.a.b is undefined", "[[1, 2], [3]][0][1]", "[1, 2].0", "'abc'.1", "[1,2,3,][1]", "{'a': 1,}['a']", "(1,)[0]", "not not 1", "- -1", "2 if 1 if 0 else 3 else 4", "1 is not none", "1 is not sameas 2", "1 in [1] == true", "'a' in 'abc' and 'd' not in 'abc'", "[1] is sequence and {} is mapping", "1 < 2 == true", "'x' 'y' ~ 'z'", "1 if true else 2 if false else 3", "[1, 2]|first|string|upper", "('a' ~ 1)|length", "[3, 1]|sort|first", "'a'|upper|lower|title|trim"]

WRAPS = ["'one two three four'", "'well-known e-mail -- a half-baked x1-y test'", "'averyverylongword and-more'", "'日本語 テスト-です'", "'a\\n\\nb  c '", "'--x--y-z'"]


def templates():
    for x in WRAPS:
        for width in (1, 3, 5, 8, 20):
            yield "{{ %s|wordwrap(%d) }}" % (x, width)
            yield "{{ %s|wordwrap(%d, false, '/', false) }}" % (x, width)
    for value in VALUES:
        for name in FILTERS:
            yield "{{ " + value + "|" + name + " }}"
    for value in VALUES:
        for name in TESTS:
            yield "{{ " + value + " is " + name + " }}"
    for group in (NUMBERS, STRINGS, LISTS, EXTRA):
        for x in group:
            yield "{{ " + x + " }}"
    yield from STATEMENTS


def cases(env):
    rows = [{"t": t, "want": render(env, t, {"UserAttribute": json.loads(json.dumps(USER))})} for t in templates()]
    doc = {"oracle": "jinja2 " + jinja2.__version__, "user": USER, "cases": rows}
    json.dump(doc, sys.stdout, ensure_ascii=False, indent=0)
    sys.stdout.write("\n")


DATES = ["2026-11-22T10:05:09", "2024-02-29T23:59:59", "2026-01-01T00:00:00", "2027-01-01T12:00:00", "2020-12-31T13:07:30", "1999-12-31T01:02:03",
         "2000-03-01T11:11:11", "2023-06-04T09:30:00", "1970-01-01T00:00:01", "1868-10-22T15:45:59", "2100-02-28T12:34:56", "1001-07-08T08:08:08"]

DIRECTIVES = "aAbBcCdDeFgGhHIjklmMnpPrRsStTuUVwWxXyYzZ%"


def patterns():
    for c in DIRECTIVES:
        yield "%" + c
        if c in "CdegGHIjklmMSuUVwWyY":
            yield from ("%-" + c, "%_" + c, "%0" + c)
    yield from ("%Y-%m-%dT%H:%M:%S", "%-d/%-m/%y", "%I:%M %p", "100%", "a%%b", "%", "%d.%m.%Y um %k Uhr", "日%d月", "%OH:%OM", "%Ey", "%Ec")


def strftime(_):
    rows = [{"at": d, "pattern": p, "want": datetime.datetime.fromisoformat(d).replace(tzinfo=datetime.timezone.utc).strftime(p)}
            for p in patterns() for d in DATES]
    json.dump({"oracle": "Python " + sys.version.split()[0] + ", glibc", "cases": rows}, sys.stdout, ensure_ascii=False, indent=0)
    sys.stdout.write("\n")


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    {"cases": cases, "serve": serve, "strftime": strftime}[sys.argv[1]](environment())
