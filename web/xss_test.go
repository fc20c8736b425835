package web_test

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"github.com/linecast/linecast/campaign"
	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/internal/access"
	"github.com/linecast/linecast/library"
	"github.com/linecast/linecast/ref"
	"github.com/linecast/linecast/web"
)

//go:embed testdata/xss.txt
var xssFile string

// xss are texts that become more than text where a page forgets to escape.
func xss() []string { return strings.Split(strings.TrimSuffix(xssFile, "\n"), "\n") }

// poison puts what text gives into every string that v holds, the keys of maps
// included.
func poison(v reflect.Value, text func() string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(text())
	case reflect.Pointer:
		if !v.IsNil() {
			poison(v.Elem(), text)
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			poison(v.Index(i), text)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				poison(v.Field(i), text)
			}
		}
	case reflect.Map:
		if v.Type().Key().Kind() == reflect.String && v.Len() > 0 {
			v.Set(reflect.MakeMap(v.Type()))
			v.SetMapIndex(reflect.ValueOf(text()), reflect.ValueOf(int64(1)))
		}
	}
}

// always gives the same text.
func always(text string) func() string { return func() string { return text } }

// inTurn gives one text after the other, from the one at place on.
func inTurn(texts []string, place int) func() string {
	return func() string {
		place++
		return texts[(place-1)%len(texts)]
	}
}

// poisoned is a site on which every text comes from text: names, reasons,
// bodies, the statuses and even the name of the reader's key.
func poisoned(t *testing.T, text func() string) *site {
	m := &memory{progress: map[ref.Run]delivery.Progress{}, deliveries: map[ref.Run][]delivery.Delivery{}}
	from := sample()
	m.channels, m.campaigns = from.channels, from.campaigns
	poison(reflect.ValueOf(&m.channels).Elem(), text)
	poison(reflect.ValueOf(&m.campaigns).Elem(), text)
	m.templates = poisonedTemplates(text)
	for _, p := range sampleRuns() {
		poison(reflect.ValueOf(&p).Elem(), text)
		m.set(p)
	}
	m.deliveries[7] = sampleDeliveries(20)
	poison(reflect.ValueOf(m.deliveries[7]), text)
	return newSite(t, m, func(d *web.Deps) { d.Auth = anybody(text()) })
}

// poisonedTemplates are templates whose bodies hold a text where nothing of it
// is read, so that the checks say the same of each: in a comment, and raw as an
// address, which they quote. Each version has another name and another line.
func poisonedTemplates(text func() string) map[ref.Template][]library.Version {
	templates := sampleTemplates()
	for _, versions := range templates {
		poison(reflect.ValueOf(versions), text)
		for i := range versions {
			address, _ := json.Marshal("{% raw %}" + text() + "{% endraw %}") // a string always encodes
			versions[i].Name += fmt.Sprint(i)
			versions[i].Body = campaign.Body(fmt.Sprintf("{\"messages\":[{\"type\":\"image\",\"previewImageUrl\":\"https://example.com/\",\n"+
				"\"originalContentUrl\":%s}]}\n{# %d %s #}", address, i, text()))
		}
	}
	return templates
}

// anybody lets every key in, under the name that it is.
type anybody string

func (a anybody) Authenticate(context.Context, string) (string, []access.Scope, error) {
	return string(a), []access.Scope{access.Admin}, nil
}

// poisonedPages are the pages that show everything; those that take text from
// the address get it there, too.
func poisonedPages(text string) []string {
	q := url.QueryEscape(text)
	return []string{"/", "/campaigns", "/campaigns/cmp_11", "/campaigns/cmp_15", "/runs", "/runs/run_7?reason=" + q, "/runs/run_6",
		"/templates", "/templates/tpl_1?version=2&from=1&to=3", "/templates/tpl_1?version=" + q, "/templates/" + url.PathEscape(text),
		"/campaigns?status=" + q, "/runs/" + url.PathEscape(text), "/signin?next=" + q, "/signin?next=/" + q, "/nowhere/" + url.PathEscape(text)}
}

// skeleton is a page without its texts: its elements with their attributes'
// names. Links that lead away from the site stand out in it.
func skeleton(t *testing.T, page string) []string {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for node := range root.Descendants() {
		if node.Type != html.ElementNode && node.Type != html.CommentNode {
			continue
		}
		line := node.Data
		for _, a := range node.Attr {
			line += " " + a.Key
			if (a.Key == "href" || a.Key == "src" || a.Key == "action" || a.Key == "data-live") &&
				(!strings.HasPrefix(a.Val, "/") || strings.HasPrefix(a.Val, "//")) && a.Val != "#main" {
				line += "=" + a.Val
			}
		}
		list = append(list, line)
	}
	return list
}

// TestXSS demands that a page with a hostile text everywhere has the same
// elements, attributes and targets as one with a harmless text.
func TestXSS(t *testing.T) {
	t.Parallel()
	const harmless = "harmless"
	calm := poisoned(t, always(harmless))
	var want [][]string
	for _, target := range poisonedPages(harmless) {
		want = append(want, skeleton(t, calm.ask("GET", target, "", "Cookie", calm.signIn(t, adminKey)).Body.String()))
	}
	for _, text := range xss() {
		s := poisoned(t, always(text))
		cookie := s.signIn(t, adminKey)
		for i, target := range poisonedPages(text) {
			w := s.ask("GET", target, "", "Cookie", cookie)
			if w.Code >= 500 {
				t.Errorf("%s: %d", target, w.Code)
			}
			if diff := cmp.Diff(want[i], skeleton(t, w.Body.String())); diff != "" {
				t.Errorf("%s in %s changes the page (-harmless +hostile):\n%s", text, target, diff)
			}
		}
	}
}
