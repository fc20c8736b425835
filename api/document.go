package api

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"

	"go.yaml.in/yaml/v3"
)

//go:embed openapi/*.yaml
var openapiFiles embed.FS

// document is what the API says of itself.
type document struct {
	json   []byte // the OpenAPI document
	page   []byte // the same for people
	errors []byte // the page of every error
}

// loadDocument joins the files of openapi/ and makes the pages of them.
func loadDocument(publicURL, version string) (*document, error) {
	whole, err := joinFiles(openapiFiles)
	if err != nil {
		return nil, err
	}
	if publicURL != "" {
		whole["servers"] = []any{map[string]any{"url": publicURL}}
	}
	if info, ok := whole["info"].(map[string]any); ok && version != "" {
		info["version"] = version
	}
	d := &document{}
	if d.json, err = json.Marshal(whole); err != nil {
		return nil, err
	}
	if d.page, err = docsPage(d.json); err != nil {
		return nil, err
	}
	d.errors, err = errorsPage()
	return d, err
}

// joinFiles reads every file of the document and puts them together: the paths
// and components of each into those of base.yaml.
func joinFiles(files fs.FS) (map[string]any, error) {
	names, err := fs.Glob(files, "openapi/*.yaml")
	if err != nil {
		return nil, err
	}
	whole := map[string]any{}
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		var part map[string]any
		if err := yaml.Unmarshal(text, &part); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if err := join(whole, part, name); err != nil {
			return nil, err
		}
	}
	return whole, nil
}

// join adds what part has and refuses what two files say differently: only
// objects may stand in both.
func join(whole, part map[string]any, at string) error {
	for key, value := range part {
		there, taken := whole[key]
		old, isObject := there.(map[string]any)
		add, alsoObject := value.(map[string]any)
		switch {
		case !taken && alsoObject:
			whole[key] = maps.Clone(add)
		case !taken:
			whole[key] = value
		case !isObject || !alsoObject:
			return fmt.Errorf("%s: %q stands in two files", at, key)
		default:
			if err := join(old, add, at+" "+key); err != nil {
				return err
			}
		}
	}
	return nil
}

func (a *API) openapi(context.Context, struct{}) (file, error) {
	return a.part("application/json", func(d *document) []byte { return d.json })
}

const htmlType = "text/html; charset=utf-8"

func (a *API) docs(context.Context, struct{}) (file, error) {
	return a.part(htmlType, func(d *document) []byte { return d.page })
}

func (a *API) errors(context.Context, struct{}) (file, error) {
	return a.part(htmlType, func(d *document) []byte { return d.errors })
}

func (a *API) part(kind string, of func(*document) []byte) (file, error) {
	d, err := a.document()
	if err != nil {
		return file{}, err
	}
	return file{kind, of(d)}, nil
}

func (a *API) style(context.Context, struct{}) (file, error) {
	return file{"text/css; charset=utf-8", styleSheet}, nil
}
