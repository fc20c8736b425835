package audience

import (
	"slices"
	"strings"
	"time"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/ref"
)

// The limits of imported files.
const (
	MaxFileBytes  = 2 << 30  // a file
	MaxLineBytes  = 1 << 20  // a row, however many lines its quoted fields have
	MaxFieldBytes = 64 << 10 // a field
	MaxColumns    = 500      // the header row
)

// Import is a file of users on its way in.
type Import struct {
	ID         ref.Import    `json:"id"`
	Name       string        `json:"name"` // the file's name
	State      ImportState   `json:"state"`
	Options    ImportOptions `json:"options"`
	BytesTotal int64         `json:"bytes_total"`
	BytesDone  int64         `json:"bytes_done"` // everything before it is stored
	LinesDone  int64         `json:"-"`          // lines before BytesDone
	RowsTotal  int64         `json:"rows"`       // rows read so far, without the header and blank lines
	Created    int64         `json:"created"`
	Updated    int64         `json:"updated"`
	Unchanged  int64         `json:"unchanged"`
	Rejected   int64         `json:"rejected"`
	Columns    []Column      `json:"columns"`           // how the header row was read; empty before the first chunk
	Failure    *Failure      `json:"failure,omitempty"` // why State is failed
	CreatedAt  time.Time     `json:"created_at"`
	StartedAt  *time.Time    `json:"started_at,omitempty"`
	FinishedAt *time.Time    `json:"finished_at,omitempty"`
}

// ImportState is how far an Import came.
type ImportState string

// The states of an Import. It is uploading while the file arrives, stored when
// all of it is there, and running from the first chunk on; the other three are
// final.
const (
	ImportUploading ImportState = "uploading"
	ImportStored    ImportState = "stored"
	ImportRunning   ImportState = "running"
	ImportFinished  ImportState = "finished"
	ImportFailed    ImportState = "failed"
	ImportCancelled ImportState = "cancelled"
)

// Final reports that nothing more will happen.
func (s ImportState) Final() bool {
	return s == ImportFinished || s == ImportFailed || s == ImportCancelled
}

// ImportError is one thing that is wrong with one row.
type ImportError struct {
	Line   int64  `json:"line"` // 1-based line of the file; the header row is 1
	Column string `json:"column,omitempty"`
	Value  string `json:"value,omitempty"` // an excerpt
	Code   string `json:"code"`
	Detail string `json:"detail"`
	Seq    int64  `json:"-"` // tells errors of one line apart
}

// Failure is why an import or a sync came to nothing.
type Failure struct {
	Code   string    `json:"code"`
	Detail string    `json:"detail"`
	Errors []Failure `json:"errors,omitempty"` // each mistake, when there are several
}

// NewFailure is err as it is stored and shown.
func NewFailure(err error) Failure {
	e := errs.From(err)
	f := Failure{Code: e.Code, Detail: e.Where() + e.Detail}
	if len(e.Fields) > 1 {
		for _, field := range e.Fields {
			f.Errors = append(f.Errors, Failure{Code: field.Code, Detail: field.Where() + field.Detail})
		}
	}
	return f
}

// ImportOptions is what the uploader says about the file. The zero value reads
// an ordinary CSV file.
type ImportOptions struct {
	// Mapping renames columns: header to attribute, "line_id", "user_id", or
	// "" to leave the column out. "name:type" gives a type as well.
	Mapping    map[string]string `json:"mapping,omitempty"`
	Encoding   string            `json:"encoding,omitempty"`    // "" or utf-8
	Delimiter  string            `json:"delimiter,omitempty"`   // "" looks at the header row; else one of , ; tab |
	Key        string            `json:"key,omitempty"`         // line_id or user_id: the id every row must have; "" means either
	List       string            `json:"list,omitempty"`        // reserved; refused
	DryRun     bool              `json:"dry_run,omitempty"`     // check and count, change no user
	OnConflict OnConflict        `json:"on_conflict,omitempty"` // what to do with users who exist; "" means update
}

// Check refuses options that cannot be followed, all at once, each with its
// pointer.
func (o ImportOptions) Check() error {
	var failed []*errs.Error
	for _, c := range []struct {
		name, value string
		allowed     []string
	}{
		{"encoding", strings.ToLower(o.Encoding), []string{"", "utf-8", "utf8"}},
		{"delimiter", o.Delimiter, append([]string{""}, delimiters...)},
		{"key", o.Key, []string{"", "line_id", "user_id"}},
		{"on_conflict", string(o.OnConflict), []string{"", string(Update), string(Skip), string(Replace)}},
	} {
		if !slices.Contains(c.allowed, c.value) {
			failed = append(failed, errs.New("import.bad_option", c.name, excerpt(c.value), "it may be "+quoteList(c.allowed[1:])).At("/"+c.name))
		}
	}
	if o.List != "" {
		failed = append(failed, errs.New("import.no_lists", excerpt(o.List)).At("/list"))
	}
	return errs.Several("request.invalid", failed)
}

// quoteList is `"a", "b" or "c"`.
func quoteList(words []string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = `"` + strings.ReplaceAll(w, "\t", `\t`) + `"`
	}
	if last := len(quoted) - 1; last > 0 {
		return strings.Join(quoted[:last], ", ") + " or " + quoted[last]
	}
	return strings.Join(quoted, "")
}
