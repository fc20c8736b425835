package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/linecast/linecast/delivery"
	"github.com/linecast/linecast/internal/access"
	"github.com/linecast/linecast/internal/client"
)

// TestUsage calls the program wrongly and rightly, without a server.
func TestUsage(t *testing.T) {
	t.Parallel()
	template := filepath.Join("..", "..", "examples", "messages", "text-angle.json")
	tests := []struct {
		args    string
		environ map[string]string
		in      string
		code    int
		out     string // a part of it; "" is no output at all
		talk    string
	}{
		{args: "", out: "Usage:"},
		{args: "serv", code: 2, talk: `"serv" is not a command of linecast, did you mean "serve"?`},
		{args: "campaign stauts", code: 2, talk: `did you mean "status"?`},
		{args: "frobnicate", code: 2, talk: `"frobnicate" is not a command of linecast` + "\n"},
		{args: "users", out: "linecast users [command]"},
		{args: "serve --listn :1", code: 2, talk: `linecast serve has no flag --listn, did you mean "--listen"?`},
		{args: "serve -q", code: 2, talk: "has no flag -q\n"},
		{args: "serve --migrate=perhaps", code: 2, talk: `invalid argument "perhaps"`},
		{args: "serve now", code: 2, talk: `"now" is one argument too many; it is used as: linecast serve`},
		{args: "campaign publish", code: 2, talk: "CAMPAIGN is missing; it is used as: linecast campaign publish CAMPAIGN"},
		{args: "campaign test cmp_1", code: 2, talk: "USER... is missing"},
		{args: "serve", code: 2, talk: "LINECAST_DATABASE_URL is not set"},
		{args: "worker", code: 2, talk: "LINECAST_DATABASE_URL is not set"},
		{args: "migrate up", code: 2, talk: "LINECAST_DATABASE_URL is not set"},
		{args: "apikey list", code: 2, talk: "LINECAST_DATABASE_URL is not set"},
		{args: "serve --listen 8080", code: 2, talk: `--listen is "8080": want host:port`},
		{args: "serve", environ: map[string]string{"LINECAST_LISTN": "x", "LINECAST_TIME_ZONE": "Mars"}, code: 2,
			talk: `LINECAST_LISTN is not a setting of this version, did you mean "LINECAST_LISTEN"?`},
		{args: "demo --recipients -1", code: 2, talk: "--recipients takes 1 to 1000000"},
		{args: "demo --data-dir ~/x", code: 2, talk: "~ is not expanded"},
		{args: "simulate --error-rate 2", code: 2, talk: "Error: A flag cannot be used"},
		{args: "users list", code: 1, talk: "this command talks to a server and has no key"},
		{args: "campaign status run_1", environ: someKey, code: 1, talk: "it should look like cmp_42"},
		{args: "users import nosuch.csv", environ: someKey, code: 2, talk: "nosuch.csv: no such file or directory"},
		{args: "users import .", environ: someKey, code: 2, talk: ". is a directory"},
		{args: "users import - --map email", environ: someKey, code: 2, talk: `--map "email" has no =`},
		{args: "segment create - --name x", environ: someKey, in: "not json", code: 2, talk: "- is not JSON: line 1, column 2: "},
		{args: "segment create - --name x", environ: someKey, in: "{\n  \"all\": [}", code: 2, talk: "- is not JSON: line 2, column 11: "},
		{args: "segment create - --name x", environ: someKey, code: 2, talk: "- is empty"},
		{args: "segment create -", environ: someKey, in: "{}", code: 2, talk: "--name is missing"},
		{args: "help nosuch", code: 2, talk: `"nosuch" is not a command of linecast`},
		{args: "help campaign stauts", code: 2, talk: `"stauts" is not a command of linecast campaign, did you mean "status"?`},
		{args: "help campaign status", out: "linecast campaign status CAMPAIGN"},
		{args: "version", out: "linecast "},
		{args: "version --json", out: `"platform":`},
		{args: "config --listen :9", out: "LINECAST_LISTEN"},
		{args: "config", environ: map[string]string{"LINECAST_API_KEY": goodKey}, out: "(hidden)"},
		{args: "render nosuch.json", code: 2, talk: "nosuch.json"},
		{args: "render " + template, out: `"text": "Hello, world1"`},
		{args: "render -", in: `{"messages":[{"type":"text","text":"Hi <<UserAttribute['nick']>>"}]}`, talk: "This user gets nothing"},
		{args: `render - --attributes {"nick":"สม"}`, in: `{"messages":[{"type":"text","text":"Hi <<UserAttribute['nick']>>"}]}`, out: "Hi สม"},
		{args: "render - --attributes [1]", in: `{}`, code: 2, talk: "--attributes is not a JSON object"},
		{args: `render - --campaign-attributes {"Code":1.50}`, in: `{"messages":[{"type":"text","text":"<<CampaignAttribute['Code']>>"}]}`, out: `"text":"1.5"`},
		{args: "render - --campaign-attributes Code=X", in: `{}`, code: 2, talk: "--campaign-attributes is not a JSON object"},
		{args: `render - --campaign-attributes {"":1}`, in: `{}`, code: 1, talk: "/campaign_attributes/"},
		{args: "render - --time-zone Mars", in: `{}`, code: 1, talk: `"Mars" is not an IANA time zone`},
		{args: "render -", in: `{"messages":[{"type":"text","text":"<<UserAttribute['a'>>"}]}`, code: 1, talk: "line 1, column"},
		{args: "render -", in: `{"messages":[{"type":"text"}]}`, code: 1, out: `"messages"`, talk: "error: line 1, column 14: /messages/0/text: text is missing"},
		{args: "render tpl_1", code: 1, talk: "this command talks to a server and has no key"},
		{args: "render - --user usr_1", in: "{}", code: 1, talk: "this command talks to a server and has no key"},
		{args: "render - --on-missing maybe", in: "{}", code: 1, talk: `"maybe" is not skip, empty or halt`},
		{args: "render tpl_1@x", code: 2, talk: "tpl_1@x: no such file"},
	}
	for _, test := range tests {
		t.Run(test.args, func(t *testing.T) {
			t.Parallel()
			r := call(t.Context(), test.environ, test.in, strings.Fields(test.args)...)
			if r.code != test.code {
				t.Errorf("exit %d, want %d", r.code, test.code)
			}
			if !strings.Contains(r.out, test.out) || test.out == "" && r.out != "" {
				t.Errorf("printed %q, want %q", r.out, test.out)
			}
			if !strings.Contains(r.talk, test.talk) {
				t.Errorf("said %q, want %q", r.talk, test.talk)
			}
			if r.code != 0 && !strings.Contains(r.talk, "Fix: ") {
				t.Errorf("says no way out: %q", r.talk)
			}
			first, rest, _ := strings.Cut(r.talk, "\n")
			for line := range strings.SplitSeq(rest, "\n") {
				if line = strings.TrimSpace(line); line != "" && strings.Contains(first, line) {
					t.Errorf("says it twice: %q", r.talk)
				}
			}
		})
	}
}

// goodKey has a key's form and checksum.
var goodKey = func() string {
	key, err := access.NewToken(bytes.NewReader(make([]byte, 64)))
	if err != nil {
		panic(err)
	}
	return key
}()

var someKey = map[string]string{"LINECAST_API_KEY": goodKey, "LINECAST_URL": "http://127.0.0.1:1"}

// With --json an error is one line of JSON.
func TestErrorsAsJSON(t *testing.T) {
	t.Parallel()
	r := call(t.Context(), nil, "", "serve", "--json", "--listen", "1", "--time-zone", "Mars")
	var p client.Problem
	if err := json.Unmarshal([]byte(r.talk), &p); err != nil || strings.Count(r.talk, "\n") != 1 {
		t.Fatalf("%v: %q", err, r.talk)
	}
	if p.Code != "config.several" || len(p.Errors) != 2 || p.Fix == "" || r.code != exitUsage {
		t.Errorf("exit %d, %+v", r.code, p)
	}
}

func TestConfigAsJSON(t *testing.T) {
	t.Parallel()
	r := call(t.Context(), map[string]string{"LINECAST_TIME_ZONE": "UTC"}, "", "config", "--json")
	seen := map[string]string{}
	for line := range strings.Lines(r.out) {
		var row struct{ Name, Value, Source string }
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			t.Fatal(err)
		}
		seen[row.Name] = row.Value + " " + row.Source
	}
	if seen["LINECAST_TIME_ZONE"] != "UTC environment" || seen["LINECAST_LISTEN"] != "127.0.0.1:8080 default" {
		t.Errorf("%v", seen)
	}
}

// Every message body of the examples renders, and LINE would take it.
func TestRenderExamples(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../examples/messages/*.json")
	if err != nil || len(files) < 10 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		attributes := filepath.Join(t.TempDir(), "attributes.json")
		if err := os.WriteFile(attributes, []byte(`{"name":"Somchai","points":10}`), 0o600); err != nil {
			t.Fatal(err)
		}
		r := call(t.Context(), nil, "", "render", file, "--attributes", "@"+attributes, "--json")
		var out delivery.Preview
		if err := json.Unmarshal([]byte(r.out), &out); err != nil || r.code != 0 || out.Body == "" {
			t.Errorf("%s: exit %d, %s%s", file, r.code, r.out, r.talk)
		}
	}
}

func TestCount(t *testing.T) {
	t.Parallel()
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", -1234: "-1,234"} {
		if got := count(n); got != want {
			t.Errorf("count(%d) = %s", n, got)
		}
	}
}
