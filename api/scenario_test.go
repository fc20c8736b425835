package api_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/linecast/linecast/internal/access"
	"github.com/linecast/linecast/ref"
)

var update = flag.Bool("update", false, "write what the API answers into testdata/scenarios")

// TestScenarios sends the requests of each testdata/scenarios/*.http in order
// to an API on an empty database, with LINE's simulator and without a worker,
// and compares the answers, the lines that begin with "< ". A request is
//
//	### what it shows
//	POST /api/v1/segments
//	As: segments:write        the scope of the key it comes with; admin otherwise
//	Idempotency-Key: k1       any header
//
//	{"name": "gold"}
//
// RUN imp_1 in place of a method and path lets the worker read that file.
// {{key}} stands for the newest API key that an answer showed and {{next}} for
// its next_cursor, {{nothing}} for an empty text. With -update the answers are written; review them as text.
func TestScenarios(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/scenarios/*.http")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".http"), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			c := newStage(t, stageOptions{}).contract
			got := playScenario(c, string(text))
			if secret := aSecret.FindString(c.log.String()); secret != "" {
				t.Errorf("the log shows %s", secret)
			}
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(string(text), got); diff != "" {
				t.Errorf("%s (-want +got), go test ./api -run Scenarios -update writes it:\n%s", file, diff)
			}
		})
	}
}

// playScenario returns the scenario with the answers it got.
func playScenario(c *contract, text string) string {
	intro, rest, _ := strings.Cut(text, "### ")
	var out strings.Builder
	out.WriteString(intro)
	vars := map[string]string{"nothing": ""}
	for i, step := range strings.Split(rest, "\n### ") {
		if i > 0 {
			out.WriteString("\n")
		}
		var request []string
		for line := range strings.SplitSeq(step, "\n") {
			if !strings.HasPrefix(line, "< ") {
				request = append(request, line)
			}
		}
		asked := strings.TrimRight(strings.Join(request, "\n"), "\n")
		out.WriteString("### " + asked + "\n")
		if _, id, ok := strings.Cut(asked, "\nRUN "); ok {
			out.WriteString(runImport(c, id))
			continue
		}
		out.WriteString(showAnswer(sendStep(c, asked, vars), vars))
	}
	return out.String()
}

// runImport does what the worker's job does, when there is one.
func runImport(c *contract, text string) string {
	var id ref.Import
	var jobs int
	if err := id.UnmarshalText([]byte(text)); err != nil {
		return "< " + err.Error() + "\n"
	}
	const sql = `select count(*) from river.river_job where kind = 'import' and args = jsonb_build_object('import', $1::text)`
	if err := c.pool.QueryRow(c.t.Context(), sql, text).Scan(&jobs); err != nil {
		return "< " + err.Error() + "\n"
	}
	i, err := c.db.RunImport(c.t.Context(), id, nil)
	if err != nil {
		return "< " + err.Error() + "\n"
	}
	return fmt.Sprintf("< %d job queued; %s\n", jobs, i.State)
}

func sendStep(c *contract, step string, vars map[string]string) *httptest.ResponseRecorder {
	for name, value := range vars {
		step = strings.ReplaceAll(step, "{{"+name+"}}", value)
	}
	head, body, _ := strings.Cut(step, "\n\n")
	lines := strings.Split(head, "\n")
	method, target, _ := strings.Cut(lines[1], " ")
	r := httptest.NewRequest(method, target, nil)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for _, line := range lines[2:] {
		name, value, _ := strings.Cut(line, ": ")
		switch name {
		case "As":
			r.Header.Set("Authorization", "Bearer "+c.tokens[access.Scope(value)])
		default:
			r.Header.Set(name, value)
		}
	}
	if boundary, ok := strings.CutPrefix(r.Header.Get("Content-Type"), "multipart/form-data; boundary="); ok {
		body = strings.ReplaceAll(body, "\n", "\r\n") + "\r\n--" + boundary + "--\r\n"
	}
	return c.do(r, []byte(body))
}

// aSecret is what a log may not show: API keys and LINE user ids.
var aSecret = regexp.MustCompile(`lcs_[0-9A-Za-z]{38}|U[0-9a-f]{32}`)

var (
	aTime  = regexp.MustCompile(`"20\d\d-\d\d-\d\dT[^"]*"`)
	aToken = regexp.MustCompile(`lcs_[0-9A-Za-z]{38}`)
	last4  = regexp.MustCompile(`"last4":"...."`)
	anID   = regexp.MustCompile(`"request_id":"[0-9a-f]{20}"`)
	digest = regexp.MustCompile(`"next_cursor":"[^"]*"`)
	aUUID  = regexp.MustCompile(`[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}`)
	number = regexp.MustCompile(`"message_ids":\["[0-9]+"`)
	tested = regexp.MustCompile(`at 20\d\d-\d\d-\d\d \d\d:\d\d`)
)

// showAnswer is an answer as the scenario has it: what differs from run to run
// is blanked out, and of a problem only what is its own is shown.
func showAnswer(w *httptest.ResponseRecorder, vars map[string]string) string {
	var out strings.Builder
	fmt.Fprintf(&out, "< %d %s\n", w.Code, http.StatusText(w.Code))
	for _, name := range []string{"Location", "ETag", "Allow", "Retry-After", "Idempotent-Replayed", "Content-Disposition"} {
		if value := w.Header().Get(name); value != "" {
			out.WriteString("< " + name + ": " + value + "\n")
		}
	}
	remember(w.Body.Bytes(), vars)
	media, _, _ := strings.Cut(w.Header().Get("Content-Type"), ";")
	switch media {
	case "application/problem+json":
		out.WriteString(showProblem(w.Body.Bytes()))
	case "application/json":
		out.WriteString(showJSON(w.Body.String()))
	case "":
	default:
		out.WriteString("< Content-Type: " + media + "\n")
		for line := range strings.Lines(blank(w.Body.String())) {
			out.WriteString("< " + strings.TrimRight(line, "\r\n") + "\n")
		}
	}
	return out.String()
}

func remember(body []byte, vars map[string]string) {
	var seen struct {
		Key  string
		Next string `json:"next_cursor"`
	}
	if json.Unmarshal(body, &seen) == nil && seen.Key != "" {
		vars["key"] = seen.Key
	}
	if seen.Next != "" {
		vars["next"] = seen.Next
	}
}

func blank(s string) string {
	s = aTime.ReplaceAllString(s, `"TIME"`)
	s = aToken.ReplaceAllString(s, "lcs_KEY")
	s = last4.ReplaceAllString(s, `"last4":"LAST"`)
	s = anID.ReplaceAllString(s, `"request_id":"ID"`)
	s = aUUID.ReplaceAllString(s, "UUID")
	s = number.ReplaceAllString(s, `"message_ids":["NUMBER"`)
	s = tested.ReplaceAllString(s, "at TIME")
	return digest.ReplaceAllString(s, `"next_cursor":"NEXT"`)
}

// showJSON writes a short body on one line, and of a longer one a line for
// each member and for each element of its arrays.
func showJSON(body string) string {
	body = strings.TrimSpace(blank(body))
	if len(body) > 110 && body[0] == '{' {
		body = broken(body)
	}
	return "< " + strings.ReplaceAll(body, "\n", "\n< ") + "\n"
}

func broken(object string) string {
	dec := json.NewDecoder(strings.NewReader(object))
	_, err := dec.Token()
	var members []string
	for err == nil && dec.More() {
		var name json.Token
		var value json.RawMessage
		if name, err = dec.Token(); err == nil {
			err = dec.Decode(&value)
		}
		var elements []json.RawMessage
		if json.Unmarshal(value, &elements) == nil && len(value) > 110 {
			value = []byte("[")
			for _, element := range elements {
				value = append(append(value, "\n    "...), element...)
				value = append(value, ',')
			}
			value = append(bytes.TrimSuffix(value, []byte(",")), "\n  ]"...)
		}
		members = append(members, fmt.Sprintf("\n  %q: %s", name, value))
	}
	return "{" + strings.Join(members, ",") + "\n}"
}

func showProblem(body []byte) string {
	var p struct {
		Code, Detail string
		Errors       []struct{ Pointer, Code, Detail string }
	}
	if err := json.Unmarshal(body, &p); err != nil {
		return "< " + err.Error() + "\n"
	}
	out := "< " + p.Code + ": " + p.Detail + "\n"
	for _, e := range p.Errors {
		if e.Code == p.Code && len(p.Errors) == 1 {
			out += "<   at " + e.Pointer + "\n"
		} else {
			out += "<   at " + e.Pointer + " " + e.Code + ": " + e.Detail + "\n"
		}
	}
	return out
}
