package audience

import (
	"strings"
	"testing"
)

func TestLineIDProblem(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]string{
		lineA:                               "",
		"":                                  "empty",
		" " + lineA:                         "spaces around",
		`"` + lineA + `"`:                   "quotes around",
		"C" + lineA[1:]:                     "group id",
		"R" + lineA[1:]:                     "room id",
		lineA[1:]:                           "U at its start is missing",
		strings.ToUpper(lineA):              "capital letters",
		strings.ToLower(lineA):              "capital letters",
		"ann@example.com":                   "e-mail",
		"@shop":                             "searchable id",
		"0812345678":                        "phone number",
		"+66 81-234-5678":                   "phone number",
		"สมชาย":                             "display name",
		"Ann Lee":                           "display name",
		"Ann":                               "display name",
		"\xff":                              "not valid UTF-8",
		lineA + "0":                         "it has 34 characters; a LINE user id has 33",
		"U123":                              "it has 4 characters",
		"X" + lineA[1:]:                     `it starts with "X"`,
		"U" + strings.Repeat("0", 31) + "g": `character 33 is "g"`,
		"U" + strings.Repeat("g", 32):       `character 2 is "g"`,
	} {
		got := LineIDProblem(id)
		if (want == "") != (got == "") || !strings.Contains(got, want) {
			t.Errorf("%q: got %q, want %q", id, got, want)
		}
		if ValidLineID(id) != (want == "") {
			t.Errorf("%q: ValidLineID disagrees", id)
		}
	}
}

func FuzzLineIDProblem(f *testing.F) {
	f.Add(lineA)
	f.Add("Ü\x00")
	f.Fuzz(func(t *testing.T, id string) {
		if (LineIDProblem(id) == "") != ValidLineID(id) {
			t.Errorf("%q", id)
		}
	})
}
