package message

import "slices"

// Code is what a finding is about, for people.
type Code struct {
	Code    string
	Meaning string // the same for every finding of the code
	Fix     string // what the author should do
}

// Codes lists every code a Finding may have.
func Codes() []Code { return slices.Clone(codes) }

const (
	codeBadJSON      = "bad_json"
	codeTooDeep      = "too_deep"
	codeInvalidUTF8  = "invalid_utf8"
	codeDuplicateKey = "duplicate_key"
	codeTooLarge     = "too_large"
	codeRequired     = "required"
	codeEmpty        = "empty"
	codeNull         = "null"
	codeTooLong      = "too_long"
	codeTooMany      = "too_many"
	codeTooFew       = "too_few"
	codeWrongType    = "wrong_type"
	codeBadEnum      = "bad_enum"
	codeBadURL       = "bad_url"
	codeBadFormat    = "bad_format"
	codeOutOfRange   = "out_of_range"
	codeNotAllowed   = "not_allowed"
	codeConflict     = "conflict"
	codeInconsistent = "inconsistent"
	codePlaceholder  = "placeholder"
	codeEmojiIndex   = "emoji_index"
	codeUnknownType  = "unknown_type"
	codeUnknownField = "unknown_field"
	codeDeprecated   = "deprecated"
	codeIgnored      = "ignored"
	codeReserved     = "reserved"
)

// codes has a row for every code; a test sees that each is reached by a file
// of testdata.
var codes = []Code{
	{codeBadJSON, "The body is not JSON", "Look at the place named: most often a comma, a quote or a bracket is missing or too many."},
	{codeTooDeep, "The JSON is nested too deeply", "Use fewer boxes inside boxes."},
	{codeInvalidUTF8, "A string is not valid UTF-8", "Save the text as UTF-8; half of an emoji may have been cut off."},
	{codeDuplicateKey, "An object has the same field twice", "Keep one of them; LINE's choice is not documented."},
	{codeTooLarge, "The JSON is too large", "Shorten texts, remove components, or split it into several messages."},
	{codeRequired, "A required field is missing", "Add the field."},
	{codeEmpty, "A field has no text", "Give it text, perhaps with a default for users who lack the attribute; leave an optional field out."},
	{codeNull, "A field is null", "Leave the field out instead."},
	{codeTooLong, "A text is longer than LINE allows", "Shorten it, or cut it with the filter truncate."},
	{codeTooMany, "A list has more entries than LINE allows", "Remove entries, or split them over several messages."},
	{codeTooFew, "A list has fewer entries than LINE wants", "Add entries."},
	{codeWrongType, "A field has a value of the wrong JSON type", "Texts stand in quotes; numbers, true and false do not; lists stand in [ ] and objects in { }."},
	{codeBadEnum, "A field has a value LINE does not list", "Use one of the values named."},
	{codeBadURL, "A URL cannot be used", "Use a full address with a scheme LINE allows there, percent-encoded."},
	{codeBadFormat, "A value does not have the form LINE wants", "Write it as the detail shows."},
	{codeOutOfRange, "A number is outside its range", "Use a number in the range named."},
	{codeNotAllowed, "A known type stands where LINE does not allow it", "Use a type that the place allows."},
	{codeConflict, "Two fields exclude each other", "Keep one of them."},
	{codeInconsistent, "Parts that must be alike differ", "Make the columns or bubbles alike in what the detail names."},
	{codePlaceholder, "A {placeholder} of a textV2 message does not work", "Close every brace, write {{ and }} for braces as text, and name each placeholder in substitution."},
	{codeEmojiIndex, "A LINE emoji does not point at a $", "index counts UTF-16 units from 0 and must be the place of a $ in text."},
	{codeUnknownType, "LINE's reference has no such type", "Check the spelling; ask LINE's validate endpoint if LINE added it lately."},
	{codeUnknownField, "LINE's reference has no such field here", "Check the spelling and the place; LINE refuses unknown fields in a Flex Message."},
	{codeDeprecated, "LINE has deprecated it", "Use what the detail names instead."},
	{codeIgnored, "LINE accepts it, and nobody will see it", "Remove it or mend what the detail names."},
	{codeReserved, "LINE may refuse this name", "Leave the word out."},
}
