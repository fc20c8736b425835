package api_test

import (
	"net/http/httptest"
	"regexp"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/linecast/linecast/internal/access"
)

// Every route refuses the keys without its scope, and no others: what is
// allowed comes to some other end.
func TestScopes(t *testing.T) {
	t.Parallel()
	s := newStage(t, stageOptions{})
	w := httptest.NewRecorder()
	s.api.ServeHTTP(w, httptest.NewRequest("GET", "/openapi.json", nil))
	doc, err := openapi3.NewLoader().LoadFromData(w.Body.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			if len(*op.Security) == 0 {
				continue
			}
			need := access.Scope((*op.Security)[0]["key"][0])
			for _, scope := range access.Scopes() {
				w := s.call(method, ofNothing(path, op), "", "Authorization: Bearer "+s.tokens[scope.Name])
				allowed := access.Allows([]access.Scope{scope.Name}, need)
				if refused := problemCode(w) == "auth.scope"; refused == allowed || refused != (w.Code == 403) {
					t.Errorf("%s %s with %s: %d %s", method, path, scope.Name, w.Code, w.Body)
				}
			}
		}
	}
}

var (
	aParameter = regexp.MustCompile(`{[a-z]+}`)
	aNumber    = regexp.MustCompile(`[0-9]+$`)
)

// ofNothing fills a path with ids of what there is not.
func ofNothing(path string, op *openapi3.Operation) string {
	return aParameter.ReplaceAllStringFunc(path, func(name string) string {
		example, _ := op.Parameters.GetByInAndName("path", name[1:len(name)-1]).Example.(string)
		return aNumber.ReplaceAllString(example, "999999")
	})
}
