package templating

// What there is in other template languages and not here, and what to write in
// its place. A row adds one.

// foreignTags are statements of Liquid, Django and Handlebars.
var foreignTags = map[string]string{
	"assign":     "that is Liquid; write {% set name = value %}",
	"capture":    "that is Liquid; write {% set name %}…{% endset %}",
	"endcapture": "that is Liquid; write {% endset %}",
	"elsif":      "that is Liquid; write {% elif … %}",
	"elseif":     "write {% elif … %}",
	"elseIf":     "write {% elif … %}",
	"unless":     "that is Liquid; write {% if not … %}",
	"endunless":  "that is Liquid; write {% endif %}",
	"case":       "that is Liquid; write {% if x == 'a' %}…{% elif x == 'b' %}…{% endif %}",
	"when":       "that is Liquid; write {% elif x == 'b' %}",
	"endcase":    "that is Liquid; write {% endif %}",
	"tablerow":   "that is Liquid; write {% for x in list %}",
	"comment":    "that is Liquid or Django; write {# … #}",
	"increment":  "that is Liquid; use namespace()",
	"empty":      "that is Django; write {% else %}",
	"ifequal":    "that is Django; write {% if a == b %}",
	"load":       "that is Django; filters need no loading",
	"url":        "that is Django; write the address itself",
	"verbatim":   "that is Django; write {% raw %}…{% endraw %}",
	"liquid":     "that is Liquid; write each statement in {% … %} of its own",
	"echo":       "that is Liquid; write {{ … }}",
	"render":     "that is Liquid, and a template cannot read files; paste the content",
	"firstof":    "that is Django; write {{ a or b }}",
	"csrf_token": "that is Django; leave it out",
	"now":        "that is Django; write {{ now|date('%d %B') }}",
	"end":        "write {% endif %}, {% endfor %} or {% endset %}",
	"then":       "leave it out: {% if … %}",
}

// forbiddenTags are Jinja's that templates here do not have, and why.
var forbiddenTags = map[string]string{
	"include":    "a template cannot read files; paste the content",
	"import":     "a template cannot read files",
	"from":       "a template cannot read files",
	"extends":    "a template stands alone",
	"block":      "there is no inheritance",
	"macro":      "there are no macros; use {% set %} or {% for %}",
	"call":       "there are no macros",
	"autoescape": "escaping follows from JSON and cannot be changed",
	"trans":      "translations are variants of the campaign",
	"debug":      "use the preview",

	"connected_content": "a template cannot call out; import what it needs as attributes",
	"catalog_items":     "there are no catalogues; import what it needs as attributes",
}

// foreignFilters are filters of other languages under another name here.
var foreignFilters = map[string]string{
	"upcase": "that is Liquid; write |upper", "uppercase": "write |upper", "lowercase": "write |lower", "downcase": "that is Liquid; write |lower",
	"strip": "write |trim", "append": "that is Liquid; write value ~ 'text'", "prepend": "that is Liquid; write 'text' ~ value",
	"size": "that is Liquid; write |length", "plus": "that is Liquid; write value + 1", "minus": "that is Liquid; write value - 1",
	"times": "that is Liquid; write value * 2", "divided_by": "that is Liquid; write value // 2", "modulo": "that is Liquid; write value % 2",
	"url_encode": "write |urlencode", "url_decode": "write |urldecode", "strip_html": "write |striptags", "json": "write |tojson",
	"default_if_none": "that is Django; write |default('…')", "length_is": "that is Django; write |length == n", "intcomma": "that is Django; write |number",
	"floatformat": "that is Django; write |round(2)", "stringformat": "that is Django; write '%s'|format(value)", "slugify": "there is none; use |replace",
	"sha256": "write |convertToSHA256NoSalt", "b64encode": "write |base64encode", "b64decode": "write |base64decode", "to_json": "write |tojson",
	"strftime": "write |date('%d %B')", "split": "write value.split(',')", "where": "write |selectattr('name', 'equalto', value)",
}

// forbiddenFilters are Jinja's that templates here do not have, and why.
var forbiddenFilters = map[string]string{
	"random": "every attempt to send must give the same text; choose by an attribute", "attr": "write value.name",
	"urlize": "LINE makes links itself", "xmlattr": "a message is not XML", "pprint": "use |tojson",
}

// forbiddenFunctions likewise.
var forbiddenFunctions = map[string]string{
	"lipsum": "there is no filler text", "include": "a template cannot read files", "super": "there is no inheritance",
	"self": "there is no inheritance", "caller": "there are no macros", "gettext": "translations are variants of the campaign",
	"_": "translations are variants of the campaign", "joiner": "use loop.first or |join", "cycler": "use loop.cycle(…)",
	"ContentApi": "a template cannot call out; import what it needs as attributes",
}

// foreignNames are constants of other languages.
var foreignNames = map[string]string{
	"null": "write none, or test with 'is none'", "nil": "that is Liquid; write none, or test with 'is none'", "Null": "write none", "NULL": "write none",
	"TRUE": "write true", "FALSE": "write false", "undefined": "write 'is defined' or 'is not defined'", "blank": "that is Liquid; write == ''",
	"this": "that is Handlebars or JavaScript; name the loop's variable", "forloop": "that is Liquid or Django; write loop",
	"custom_attribute": "that is Braze; write UserAttribute['name']", "event_properties": "that is Braze; write EventAttribute['name']",
}

// foreignMembers are read without a call in other languages.
var foreignMembers = map[string]string{"length": "the length is |length", "size": "the length is |length"}

// foreignMethods are methods of JavaScript, Ruby and Java.
var foreignMethods = map[string]string{
	"toUpperCase": "write upper()", "toLowerCase": "write lower()", "upcase": "write upper()", "downcase": "write lower()",
	"trim": "write strip()", "trimStart": "write lstrip()", "trimEnd": "write rstrip()", "includes": "write 'x' in value", "contains": "write 'x' in value",
	"substring": "write value[0:3]", "substr": "write value[0:3]", "slice": "write value[0:3]", "charAt": "write value[0]", "indexOf": "write find(…)",
	"push": "write append(…)", "concat": "write a ~ b, or a + b for lists", "toString": "write |string", "toFixed": "write '%.2f'|format(value)",
	"padStart": "write rjust(…)", "padEnd": "write ljust(…)", "replaceAll": "write replace(…)", "startsWith": "write startswith(…)", "endsWith": "write endswith(…)",
	"map": "write |map(attribute='name')", "filter": "write |selectattr('name', 'equalto', value)", "length": "write |length", "size": "write |length",
	"len": "write |length", "encode": "texts are always Unicode; leave it out",
}
