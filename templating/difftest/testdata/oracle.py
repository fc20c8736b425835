"""Renders templates with Jinja 3.1 as the package's rules want them.

Reads one JSON object a line from standard input, {"t": template, "c": context},
and answers each with one line: {"ok": text}, {"missing": name},
{"skip": reason} or {"error": class, "msg": text}.

What differs from a plain jinja2.Environment, each a documented rule:
  - undefined raises only when it is used as text, and null when printed;
  - MOE_NOT_SEND, as a tag or printed, skips;
  - filters that return generators return lists; |safe is the identity, and
    |escape returns plain text; |tojson keeps non-ASCII and HTML characters;
  - constants are not folded: folding turns some errors into undefined;
  - range() is limited to 1,000 numbers.
"""

import json
import warnings
import sys

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


def render(env, template, context):
    try:
        return {"ok": env.from_string(template).render(context)}
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


def main():
    warnings.simplefilter("ignore")
    env = environment()
    out = sys.stdout
    for line in sys.stdin:
        case = json.loads(line)
        answer = render(env, case["t"], case["c"])
        try:
            text = json.dumps(answer)
        except ValueError:
            text = json.dumps({"error": "ValueError", "msg": "not serializable"})
        out.write(text + "\n")
        out.flush()


if __name__ == "__main__":
    main()
