package postgres

import (
	"bytes"
	"encoding/json"
)

// encode is v as JSON text without Go's escapes for HTML: << in a template
// must stay <<.
func encode(v any) (string, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return "", err
	}
	return string(bytes.TrimRight(b.Bytes(), "\n")), nil
}
