package message_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/linecast/linecast/line/message"
)

func ExampleRewriteLinks() {
	body := []byte(`{"messages":[{"type":"text","text":"Buy at https://example.com","quickReply":{"items":[
  {"type":"action","action":{"type":"uri","label":"Shop","uri":"https://example.com/?a=1&b=2"}}]}}]}`)
	fmt.Printf("%s\n", message.RewriteLinks(body, func(l message.Link) string { return "https://go.example/7?path=" + l.Path }))
	// Output:
	// {"messages":[{"type":"text","text":"Buy at https://example.com","quickReply":{"items":[
	//   {"type":"action","action":{"type":"uri","label":"Shop","uri":"https://go.example/7?path=/messages/0/quickReply/items/0/action/uri"}}]}}]}
}

const uri = `{"type":"uri","label":"a","uri":"https://e.x/%d"}`

// Links are found wherever LINE knows one, and nowhere else.
func TestLinks(t *testing.T) {
	t.Parallel()
	flex := func(body string) string {
		return `{"type":"flex","altText":"a","contents":{"type":"carousel","contents":[{"type":"bubble","action":` + uri + `,"body":` + body + `}]}}`
	}
	for name, tt := range map[string]struct {
		message string
		want    []string // paths in the message
	}{
		"a text":            {`{"type":"text","text":"https://e.x/1"}`, nil},
		"a picture":         {`{"type":"image","originalContentUrl":"https://e.x/1","previewImageUrl":"https://e.x/2"}`, nil},
		"a quick reply":     {`{"type":"sticker","quickReply":{"items":[{"type":"action","imageUrl":"https://e.x/1","action":` + uri + `}]}}`, []string{"/quickReply/items/0/action/uri"}},
		"for desktops":      {`{"type":"template","template":{"type":"confirm","actions":[{"type":"uri","uri":"line://a","altUri":{"desktop":"https://e.x/1"}},{"type":"message","text":"b"}]}}`, []string{"/template/actions/0/uri", "/template/actions/0/altUri/desktop"}},
		"buttons":           {`{"type":"template","template":{"type":"buttons","thumbnailImageUrl":"https://e.x/1","defaultAction":` + uri + `,"actions":[` + uri + `]}}`, []string{"/template/defaultAction/uri", "/template/actions/0/uri"}},
		"a carousel":        {`{"type":"template","template":{"type":"carousel","columns":[{"defaultAction":` + uri + `,"actions":[` + uri + `]}]}}`, []string{"/template/columns/0/defaultAction/uri", "/template/columns/0/actions/0/uri"}},
		"an image carousel": {`{"type":"template","template":{"type":"image_carousel","columns":[{"imageUrl":"https://e.x/1","action":` + uri + `}]}}`, []string{"/template/columns/0/action/uri"}},
		"an imagemap": {`{"type":"imagemap","baseUrl":"https://e.x/1","actions":[{"type":"uri","linkUri":"https://e.x/2"},{"type":"message","text":"a"}],"video":{"externalLink":{"linkUri":"https://e.x/3"}}}`,
			[]string{"/actions/0/linkUri", "/video/externalLink/linkUri"}},
		"flex": {flex(`{"type":"box","layout":"vertical","action":` + uri + `,"contents":[{"type":"text","text":"a","action":` + uri + `},{"type":"button","action":` + uri + `},{"type":"box","layout":"baseline","contents":[{"type":"icon","url":"https://e.x/1"},{"type":"text","action":` + uri + `}]}]}`),
			[]string{"/contents/contents/0/action/uri", "/contents/contents/0/body/action/uri", "/contents/contents/0/body/contents/0/action/uri", "/contents/contents/0/body/contents/1/action/uri", "/contents/contents/0/body/contents/2/contents/1/action/uri"}},
		"an unknown type":      {`{"type":"hologram","action":` + uri + `}`, nil},
		"another kind of JSON": {`{"type":"template","template":{"type":"confirm","actions":[{"type":"uri","uri":7},null,"x"]},"quickReply":[]}`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body := `{"messages":[{"type":"text","text":"first"},` + tt.message + `]}`
			var got []string
			message.RewriteLinks([]byte(body), func(l message.Link) string {
				path, _ := strings.CutPrefix(l.Path, "/messages/1")
				if got = append(got, path); l.Message != 1 {
					t.Errorf("%+v is of message %d", l, l.Message)
				}
				return l.URI
			})
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// What is not changed stays byte for byte, the slice itself when nothing is;
// what is changed is escaped as JSON wants it.
func TestRewriteLinksKeepsTheRest(t *testing.T) {
	t.Parallel()
	const two = "{ \"messages\":[ {\"type\":\"template\" , \"template\":{\"type\":\"confirm\",\"actions\":[\n" +
		`{"type":"uri","uri":"https:\/\/e.x\/\u0031"},{"uri":"https://e.x/2","type":"uri" }]},"text":"\u003c\/" } ] }`
	got := message.RewriteLinks([]byte(two), func(l message.Link) string {
		if l.URI == "https://e.x/1" {
			return l.URI
		}
		return "https://t.x/\"\\<&>" + "ก"
	})
	if want := strings.Replace(two, `https://e.x/2`, `https://t.x/\"\\<&>ก`, 1); string(got) != want {
		t.Errorf("%s", got)
	}
	for _, body := range []string{two, `{`, ``, `[]`, `null`, `{"messages":7}`, "{\"messages\":[{\"type\":\"\xff\"}]}"} {
		same := []byte(body)
		got := message.RewriteLinks(same, func(l message.Link) string { return l.URI })
		if string(got) != body || len(body) > 0 && &got[0] != &same[0] {
			t.Errorf("%q became %q", body, got)
		}
	}
}

// Of every body in testdata: links that are given back change nothing, and
// replaced ones leave JSON that differs in nothing else.
func TestRewriteLinksOfAllBodies(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*/*.json")
	if err != nil || len(files) < 50 {
		t.Fatal(len(files), err)
	}
	seen := 0
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var links []string
		got := message.RewriteLinks(body, func(l message.Link) string {
			links = append(links, l.URI)
			return "https://t.x/" + fmt.Sprint(len(links))
		})
		seen += len(links)
		if !json.Valid(body) {
			continue
		}
		n := 0
		back := message.RewriteLinks(got, func(message.Link) string { n++; return links[n-1] })
		var before, after any
		if json.Unmarshal(body, &before) != nil || json.Unmarshal(back, &after) != nil || !reflect.DeepEqual(before, after) || n != len(links) {
			t.Errorf("%s: %d links, then %d: %s", file, len(links), n, got)
		}
	}
	if seen < 30 {
		t.Errorf("only %d links in all of testdata", seen)
	}
}
