package api

import (
	"encoding/json"
	"fmt"
	"html/template"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/access"
)

func loadSpec(t *testing.T) *openapi3.T {
	t.Helper()
	d, err := loadDocument("", "1.2.3")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := openapi3.NewLoader().LoadFromData(d.json)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestDocumentIsValid(t *testing.T) {
	t.Parallel()
	doc := loadSpec(t)
	if err := doc.Validate(t.Context(), openapi3.EnableExamplesValidation(), openapi3.EnableSchemaFormatValidation()); err != nil {
		t.Error(err)
	}
	if doc.OpenAPI != "3.1.0" || doc.Info.Version != "1.2.3" {
		t.Errorf("OpenAPI %s, version %s", doc.OpenAPI, doc.Info.Version)
	}
}

// Every route is in the document and every path of the document is a route,
// with the same operationId and the same scope.
func TestDocumentAndRoutesAgree(t *testing.T) {
	t.Parallel()
	var routes, documented []string
	for _, rt := range newFrame(t, nil).routes {
		routes = append(routes, fmt.Sprintf("%s %s %s [%s]", rt.Method, rt.Path, rt.ID, rt.Scope))
	}
	for path, item := range loadSpec(t).Paths.Map() {
		for method, op := range item.Operations() {
			scope := access.Anyone
			for _, need := range *op.Security {
				scope = access.Scope(strings.Join(need["key"], " "))
			}
			documented = append(documented, fmt.Sprintf("%s %s %s [%s]", method, path, op.OperationID, scope))
		}
	}
	slices.Sort(routes)
	slices.Sort(documented)
	if diff := cmp.Diff(routes, documented); diff != "" {
		t.Errorf("routes (-) and document (+) differ:\n%s", diff)
	}
}

// What the table says of a route's manners stands in the document too.
func TestDocumentNamesEachHeader(t *testing.T) {
	t.Parallel()
	doc := loadSpec(t)
	for _, rt := range newFrame(t, nil).routes {
		op := doc.Paths.Value(rt.Path).GetOperation(rt.Method)
		named := op.Parameters.GetByInAndName("header", "Idempotency-Key") != nil
		if named != rt.traits.has(idempotent) {
			t.Errorf("%s: idempotent in the table: %v, in the document: %v", rt.ID, rt.traits.has(idempotent), named)
		}
		var inTable, inDocument []string
		for _, p := range rt.do.plan.params {
			inTable = append(inTable, p.in+" "+p.name)
		}
		for _, p := range op.Parameters {
			if p.Value.Name != "Idempotency-Key" {
				inDocument = append(inDocument, p.Value.In+" "+p.Value.Name)
			}
		}
		slices.Sort(inTable)
		slices.Sort(inDocument)
		if diff := cmp.Diff(inTable, inDocument); diff != "" {
			t.Errorf("%s: parameters of the input (-) and of the document (+) differ:\n%s", rt.ID, diff)
		}
		if rt.Method != get && op.RequestBody != nil {
			documented := slices.Sorted(maps.Keys(op.RequestBody.Value.Content))
			accepted := slices.Sorted(slices.Values(rt.do.plan.accepts))
			if diff := cmp.Diff(accepted, documented); diff != "" {
				t.Errorf("%s: media types of the input (-) and of the document (+) differ:\n%s", rt.ID, diff)
			}
		} else if len(rt.do.plan.accepts) > 0 {
			t.Errorf("%s: the document has no body for it", rt.ID)
		}
	}
}

func TestDocumentHasTheScopes(t *testing.T) {
	t.Parallel()
	var inTable []any
	for _, s := range access.Scopes() {
		inTable = append(inTable, string(s.Name))
	}
	if diff := cmp.Diff(inTable, loadSpec(t).Components.Schemas["Scope"].Value.Enum); diff != "" {
		t.Errorf("scopes (-) and document (+) differ:\n%s", diff)
	}
}

// ownDocument is what an API says of itself.
func ownDocument(t *testing.T) *document {
	t.Helper()
	d, err := newFrame(t, nil).document()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestDocumentNamesRealErrors(t *testing.T) {
	t.Parallel()
	var s spec
	if err := json.Unmarshal(ownDocument(t).json, &s); err != nil {
		t.Fatal(err)
	}
	for path, operations := range s.Paths {
		for method, op := range operations {
			for _, code := range op.Errors {
				if _, ok := errs.Lookup(code); !ok {
					t.Errorf("%s %s: there is no error %s", method, path, code)
				}
			}
		}
	}
}

func TestServersFollowThePublicURL(t *testing.T) {
	t.Parallel()
	d, err := loadDocument("https://linecast.example.com", "")
	if err != nil || !strings.Contains(string(d.json), `"servers":[{"url":"https://linecast.example.com"}]`) {
		t.Error(err, string(d.json[:200]))
	}
}

func TestJoinFiles(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ a, b, want, err string }{
		"objects":        {"paths: {/a: {get: 1}}", "paths: {/a: {post: 2}, /b: {get: 3}}", `{"paths":{"/a":{"get":1,"post":2},"/b":{"get":3}}}`, ""},
		"same operation": {"paths: {/a: {get: 1}}", "paths: {/a: {get: 1}}", "", `openapi/b.yaml paths /a: "get" stands in two files`},
		"other kinds":    {"tags: [a]", "tags: {}", "", `openapi/b.yaml: "tags" stands in two files`},
		"not YAML":       {"a: [", "", "", "openapi/a.yaml: yaml: "},
		"twice in one":   {"a: 1\na: 2", "", "", "openapi/a.yaml: yaml: "},
	} {
		got, err := joinFiles(fstest.MapFS{"openapi/a.yaml": {Data: []byte(c.a)}, "openapi/b.yaml": {Data: []byte(c.b)}})
		if c.err != "" {
			if err == nil || !strings.HasPrefix(err.Error(), c.err) {
				t.Errorf("%s: %v, want %s", name, err, c.err)
			}
			continue
		}
		if text, _ := json.Marshal(got); err != nil || string(text) != c.want {
			t.Errorf("%s: %s, %v", name, text, err)
		}
	}
}

var (
	linkTo  = regexp.MustCompile(`(?:href|src)="([^"]*)"`)
	idOf    = regexp.MustCompile(`id="([^"]*)"`)
	inlined = regexp.MustCompile(`(?i)<script|<style|style=|\son[a-z]+=|javascript:`)
)

// The pages work under the policy that forbids scripts, inline styles and
// other hosts, and their links lead somewhere.
func TestDocsPages(t *testing.T) {
	t.Parallel()
	f := newFrame(t, nil)
	pages := map[string]string{}
	for _, path := range []string{"/docs", "/docs/errors", "/docs/style.css", "/openapi.json"} {
		w := f.call("GET", path, "", "Authorization")
		if w.Code != 200 {
			t.Fatalf("%s: %d", path, w.Code)
		}
		pages[path] = w.Body.String()
	}
	for _, path := range []string{"/docs", "/docs/errors"} {
		if found := inlined.FindString(pages[path]); found != "" {
			t.Errorf("%s has %q", path, found)
		}
		for _, link := range linkTo.FindAllStringSubmatch(pages[path], -1) {
			page, fragment, _ := strings.Cut(link[1], "#")
			if page == "" {
				page = path
			}
			body, ok := pages[page]
			ids := idOf.FindAllStringSubmatch(body, -1)
			if !ok || fragment != "" && !slices.ContainsFunc(ids, func(id []string) bool { return id[1] == fragment }) {
				t.Errorf("%s: link to %s leads nowhere", path, link[1])
			}
		}
	}
	for _, rt := range f.routes {
		if !strings.Contains(pages["/docs"], `<article id="`+rt.ID+`">`) {
			t.Errorf("/docs does not show %s", rt.ID)
		}
	}
	for _, code := range errs.Codes() {
		if !strings.Contains(pages["/docs/errors"], `<article id="`+code+`">`) {
			t.Errorf("/docs/errors does not show %s", code)
		}
	}
	if strings.Contains(pages["/docs/style.css"], "url(") || strings.Contains(pages["/docs/style.css"], "@import") {
		t.Error("the style sheet loads something")
	}
}

func TestInline(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]template.HTML{
		"a < `b` & **c d**":      "a &lt; <code>b</code> &amp; <strong>c d</strong>",
		"`<script>` **<b>** <i>": "<code>&lt;script&gt;</code> <strong>&lt;b&gt;</strong> &lt;i&gt;",
		"a ` b ** c * d":         "a ` b ** c * d",
		"":                       "",
	} {
		if got := inline(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestCurl(t *testing.T) {
	t.Parallel()
	var s spec
	if err := json.Unmarshal(ownDocument(t).json, &s); err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, tag := range s.Tags {
		for _, op := range s.Operations(tag.Name) {
			got[op.OperationID], _ = op.Curl()
		}
	}
	for id, want := range map[string]string{
		"health":       `curl "$LINECAST_URL/healthz"`,
		"revokeApiKey": `curl -X DELETE "$LINECAST_URL/api/v1/api-keys/key_2" -H "Authorization: Bearer $LINECAST_API_KEY"`,
		"createApiKey": `curl "$LINECAST_URL/api/v1/api-keys" -H "Authorization: Bearer $LINECAST_API_KEY" \
  -H 'Content-Type: application/json' -d '{
  "expires_at": "2036-12-31T00:00:00Z",
  "name": "crm sync",
  "scopes": [
    "users:write"
  ]
}'`,
	} {
		if diff := cmp.Diff(want, got[id]); diff != "" {
			t.Errorf("%s: %s", id, diff)
		}
	}
}
