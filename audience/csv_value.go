package audience

import (
	"encoding/json"
	"strings"

	"github.com/linecast/linecast/errs"
)

// maxInferredDigits is the longest whole number that is taken for a quantity;
// longer ones are phone numbers, card numbers and article numbers.
const maxInferredDigits = 10

// textNames are parts of column names whose digits are no quantity.
var textNames = []string{"phone", "tel", "mobile", "fax", "zip", "post", "code", "電話", "郵便", "เบอร์", "โทร", "전화", "우편"}

// inferType looks at the values of a column nobody declared. It is number,
// bool or datetime only when every value is plainly that; one leading zero and
// the column is text.
func inferType(name string, values []string) Type {
	if len(values) == 0 {
		return String
	}
	candidates := []Type{Number, Bool, Datetime}
	for _, part := range textNames {
		if strings.Contains(strings.ToLower(name), part) {
			candidates = []Type{Bool, Datetime}
		}
	}
	for _, t := range candidates {
		if all(values, func(v string) bool { return plainly(v, t) }) {
			return t
		}
	}
	return String
}

func all[T any](values []T, ok func(T) bool) bool {
	for _, v := range values {
		if !ok(v) {
			return false
		}
	}
	return true
}

// plainly reports whether text can only be meant as a t.
func plainly(text string, t Type) bool {
	switch t {
	case Number:
		whole := strings.TrimPrefix(text, "-")
		return isNumber(text) && !strings.ContainsAny(text, "eE") && len(text) <= MaxNumber && digits(whole) <= maxInferredDigits
	case Bool:
		return strings.EqualFold(text, "true") || strings.EqualFold(text, "false")
	}
	return isDatetime(text)
}

// appendCell appends the value that a cell stands for. A guess that does not
// fit leaves the text as it was; a declared type that does not is an error.
func appendCell(out []byte, c *Column, text string) ([]byte, *errs.Error) {
	if c.Type == String {
		return appendText(out, text), nil
	}
	if c.From == Declared {
		return appendDeclared(out, c.Type, strings.TrimSpace(text))
	}
	switch c.Type {
	case Number:
		if isNumber(text) && !strings.ContainsAny(text, "eE") && len(text) <= MaxNumber {
			return appendNumber(out, text), nil
		}
	case Bool:
		if plainly(text, Bool) {
			return append(out, strings.ToLower(text)...), nil
		}
	case Array, Object:
		if longer, err := appendDeclared(out, c.Type, text); err == nil {
			return longer, nil
		}
	}
	return appendText(out, text), nil
}

func appendNumber(out []byte, text string) []byte {
	plain, _ := plainNumber(text)
	return append(out, plain...)
}

// boolWords are what people write for true and false in a declared column.
var boolWords = map[string]string{"true": "true", "yes": "true", "1": "true", "false": "false", "no": "false", "0": "false"}

// appendDeclared reads text as a t or says that it is none.
func appendDeclared(out []byte, t Type, text string) ([]byte, *errs.Error) {
	wrong := errs.New("import.bad_value", excerpt(text), t)
	switch t {
	case Number:
		if isNumber(text) {
			plain, why := plainNumber(text)
			if why != "" {
				return nil, errs.New("user.bad_number", excerpt(text), why)
			}
			return append(out, plain...), nil
		}
	case Bool:
		if word, ok := boolWords[strings.ToLower(text)]; ok {
			return append(out, word...), nil
		}
	case Datetime:
		if isDatetime(text) {
			return appendText(out, text), nil
		}
	case Array:
		return appendList(out, text)
	case Object:
		if json.Valid([]byte(text)) && strings.HasPrefix(text, "{") {
			w := walker{src: text}
			return w.appendValue(out)
		}
	}
	return nil, wrong
}

// appendList reads an array: JSON, or texts between | signs.
func appendList(out []byte, text string) ([]byte, *errs.Error) {
	if strings.HasPrefix(text, "[") && json.Valid([]byte(text)) {
		w := walker{src: text}
		return w.appendValue(out)
	}
	out = append(out, '[')
	for part := range strings.SplitSeq(text, "|") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		if out[len(out)-1] != '[' {
			out = append(out, ',')
		}
		out = appendText(out, part)
	}
	return append(out, ']'), nil
}
