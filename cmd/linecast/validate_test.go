package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What only LINE refuses is shown with its reasons, and fails the command.
func TestValidateShowsWhatLINESays(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = fmt.Fprint(w, `{"ok": false, "matched": 1200, "recipients": 1000, "excluded": {},
			"attributes": [{"name": "name", "required": true, "missing": 0, "length": 4000}, {"name": "tier", "missing": 7, "lacking": "usr_7"}],
			"samples": [{"why": ["longest name"], "user": "usr_5", "becomes": "sent", "lints": [{"code": "x", "detail": "is it meant?", "line": 1, "column": 2}],
				"problems": [{"severity": "warning", "code": "c", "path": "/messages/0/text", "detail": "long", "line": 3, "column": 4}],
				"line": {"ok": false, "status": 400, "message": "The request body has 1 error(s)", "details": [{"property": "messages[0].text", "message": "May not be empty"}]}}]}`)
	}))
	defer server.Close()
	r := call(t.Context(), map[string]string{"LINECAST_URL": server.URL, "LINECAST_API_KEY": goodKey}, "", "campaign", "validate", "cmp_1")
	const want = `1,000 of 1,200 matching users can be reached
ok    attribute name: everybody has it; the longest has 4,000 characters
ok    attribute tier: 7 of 1,000 recipients lack it, such as usr_7
warn  template: line 1, column 2: is it meant?
fail  usr_5, longest name: LINE answers 400: The request body has 1 error(s)
      warning: line 3, column 4: /messages/0/text: long
      LINE: messages[0].text: May not be empty
`
	if diff := cmp.Diff(want, r.out); diff != "" || r.code != exitFailed {
		t.Errorf("exit %d, %s\n%s", r.code, r.talk, diff)
	}
}
