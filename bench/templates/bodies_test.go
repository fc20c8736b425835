package templates

import (
	"bytes"
	"encoding/json"
	"os"
	"regexp"
)

// bodies are what is rendered: a text message with one placeholder, a bubble
// of 2.1 KB with nine, and messages made of a list.
var bodies = []string{"text", "flex", "dynamic"}

const lineID = "U4af4980629f9a3d7b1a2c3d4e5f60718"

// decoder makes the attributes of a user's JSON text.
type decoder func(raw []byte) map[string]any

func decode(raw []byte) map[string]any {
	var m map[string]any
	if err := json.Unmarshal(raw, &m); err != nil {
		panic(err)
	}
	m["line_id"] = lineID
	return m
}

// decodedBefore gives the test's user without work.
func decodedBefore() decoder {
	m := decode(user())
	return func([]byte) map[string]any { return m }
}

// read is the body as linecast and gonja take it.
func read(body string) string { return file(body + ".json") }

// placeholder is one of the bodies' without control flow.
var placeholder = regexp.MustCompile(`\{\{UserAttribute\['(\w+)'\](?:\|default\('(\w+)'\))?\}\}`)

// goBody is the body in text/template's language.
func goBody(body string) string {
	if body == "dynamic" {
		return file("dynamic.gotmpl")
	}
	return placeholder.ReplaceAllStringFunc(read(body), func(s string) string {
		m := placeholder.FindStringSubmatch(s)
		if m[2] == "" {
			return "{{.UserAttribute." + m[1] + "}}"
		}
		return "{{or_text .UserAttribute." + m[1] + ` "` + m[2] + `"}}`
	})
}

// fastBody is the body in fasttemplate's, which has names and nothing else.
func fastBody(body string) string {
	if body == "dynamic" {
		return ""
	}
	return placeholder.ReplaceAllString(read(body), "{{$1}}")
}

// user is thirty attributes, about a kilobyte, none with a character that JSON
// escapes.
func user() []byte { return []byte(file("user.json")) }

func file(name string) string {
	b, err := os.ReadFile("testdata/" + name)
	if err != nil {
		panic(err)
	}
	return string(bytes.TrimSuffix(b, []byte("\n")))
}
