package templates

import (
	"bytes"
	"fmt"
	"io"
	"text/template"

	"github.com/nikolalohinski/gonja/v2"
	"github.com/nikolalohinski/gonja/v2/exec"
	"github.com/valyala/fasttemplate"

	"github.com/linecast/linecast/templating"
)

// render appends the body for the user whose attributes are the JSON text raw.
type render func(dst []byte, raw []byte) ([]byte, error)

// engine is a template engine. attributes makes the map that it reads of a
// user's JSON text; linecast reads the text itself.
type engine struct {
	name    string
	source  func(body string) string // the body in the engine's language, "" when that cannot say it
	compile func(source string, attributes decoder) (render, error)
}

// engines are compared; a row adds one.
var engines = []engine{
	{"linecast", read, linecast},
	{"gonja", read, gonjaEngine},
	{"text_template", goBody, textTemplate},
	{"fasttemplate", fastBody, fastTemplate},
}

func linecast(source string, _ decoder) (render, error) {
	t, err := templating.Compile(source, templating.Options{})
	if err != nil {
		return nil, err
	}
	d := &templating.Data{LineID: lineID}
	return func(dst, raw []byte) ([]byte, error) {
		d.Attributes = templating.JSON(raw)
		return t.Render(dst, d)
	}, nil
}

func gonjaEngine(source string, attributes decoder) (render, error) {
	t, err := gonja.FromString(source)
	if err != nil {
		return nil, err
	}
	return func(dst, raw []byte) ([]byte, error) {
		buf := bytes.NewBuffer(dst)
		err := t.Execute(buf, exec.NewContext(map[string]any{"UserAttribute": attributes(raw)}))
		return buf.Bytes(), err
	}, nil
}

func textTemplate(source string, attributes decoder) (render, error) {
	t, err := template.New("body").Funcs(template.FuncMap{
		"or_text": orText, "add": func(a, b int) int { return a + b }, "sum": sumOfPrices,
	}).Parse(source)
	if err != nil {
		return nil, err
	}
	return func(dst, raw []byte) ([]byte, error) {
		buf := bytes.NewBuffer(dst)
		err := t.Execute(buf, map[string]any{"UserAttribute": attributes(raw)})
		return buf.Bytes(), err
	}, nil
}

func orText(v any, other string) any {
	if v == nil {
		return other
	}
	return v
}

func sumOfPrices(items []any) any {
	sum := 0.0
	for _, item := range items {
		sum += item.(map[string]any)["price"].(float64)
	}
	return sum
}

func fastTemplate(source string, attributes decoder) (render, error) {
	t, err := fasttemplate.NewTemplate(source, "{{", "}}")
	if err != nil {
		return nil, err
	}
	return func(dst, raw []byte) ([]byte, error) {
		values := attributes(raw)
		buf := bytes.NewBuffer(dst)
		_, err := t.ExecuteFunc(buf, func(w io.Writer, tag string) (int, error) {
			return fmt.Fprint(w, values[tag])
		})
		return buf.Bytes(), err
	}, nil
}
