package templating

// tokenKind is the sort of a token inside a placeholder.
type tokenKind uint8

const (
	tokEnd     tokenKind = iota // the placeholder's closing delimiter
	tokName                     // a name or keyword
	tokString                   // text holds the decoded literal
	tokInteger                  // text holds the digits, underscores removed
	tokFloat
	tokOperator
)

// token is a piece of an expression; off is its byte offset in the source.
type token struct {
	kind tokenKind
	text string
	off  int
}

// itemKind is the sort of a piece of a template.
type itemKind uint8

const (
	itemText itemKind = iota
	itemOutput
	itemTag
	itemEnd
)

// item is a run of text or one placeholder.
type item struct {
	kind   itemKind
	off    int     // where it begins in the source
	text   string  // of an itemText; empty when whitespace control ate it
	tokens []token // of the others, the last being tokEnd
	verb   bool    // text that stood in {% raw %}
}

// is reports whether t is the operator or keyword text.
func (t token) is(text string) bool {
	return t.text == text && (t.kind == tokOperator || t.kind == tokName)
}

// describe names the token in messages as the author sees it.
func (t token) describe() string {
	switch t.kind {
	case tokEnd:
		return "the end of the placeholder"
	case tokString:
		return "the text '" + shorten(t.text, 30) + "'"
	}
	return "'" + shorten(t.text, 30) + "'"
}
