package audience

import (
	"slices"
	"strings"

	"github.com/linecast/linecast/errs"
	"github.com/linecast/linecast/internal/nearest"
)

// Column is how a column of a file was read.
type Column struct {
	Name      string     `json:"column"`           // as the header row has it, without the type
	Attribute string     `json:"attribute"`        // what it fills; line_id and user_id are the ids; "" is left out
	Type      Type       `json:"type,omitempty"`   // none for ids and columns left out
	From      TypeSource `json:"source,omitempty"` // where Type comes from
}

// TypeSource says where a column's type comes from. A declared type is a
// promise: a value that does not fit rejects its row. The others are guesses:
// a value that does not fit stays the text it was.
type TypeSource string

// The sources of a column's type, the strongest first.
const (
	Declared      TypeSource = "declared"  // "points:number" in the header row or the mapping
	FromCatalogue TypeSource = "catalogue" // the attribute is known already
	FromValues    TypeSource = "values"    // the first rows look like it
)

// idNames are the spellings of the two ids, without case, spaces, - and _, the
// surest first. uid and userid are used for both, so their values decide.
var idNames = []struct{ name, id string }{
	{"lineid", "line_id"}, {"lineuserid", "line_id"}, {"lineuid", "line_id"},
	{"userid", "user_id"}, {"customerid", "user_id"}, {"memberid", "user_id"}, {"externalid", "user_id"}, {"uid", "user_id"},
}

// header makes Columns of a header row, given the rows below it to look at.
type header struct {
	names   []string
	rows    [][]string
	options CSVOptions
	columns []Column
	failed  []*errs.Error
}

// columns reads the header row. Every mistake is named at once.
func readHeader(names []string, rows [][]string, options CSVOptions) ([]Column, error) {
	if len(names) > MaxColumns {
		return nil, errs.New("import.too_many_columns", len(names), MaxColumns)
	}
	for _, name := range names {
		if ValidLineID(strings.TrimSpace(name)) {
			return nil, errs.New("import.header", "the first row holds a LINE user id, so it is not a header row")
		}
	}
	h := header{names: names, rows: rows, options: options}
	h.name()
	h.mapped()
	h.ids()
	h.check()
	h.types()
	return h.columns, errs.Several("request.invalid", h.failed)
}

func (h *header) fail(e *errs.Error) { h.failed = append(h.failed, e) }

// name takes the names of the header row; ":number" at a name's end is a type.
func (h *header) name() {
	for _, name := range h.names {
		attribute, t := splitType(strings.TrimSpace(name))
		h.columns = append(h.columns, Column{Name: strings.TrimSpace(name), Attribute: attribute, Type: t})
	}
}

// splitType cuts a type off a name. Another word after a colon belongs to the
// name.
func splitType(name string) (string, Type) {
	if at := strings.LastIndexByte(name, ':'); at >= 0 {
		if t, err := ParseType(strings.ToLower(strings.TrimSpace(name[at+1:]))); err == nil {
			return strings.TrimSpace(name[:at]), t
		}
	}
	return name, ""
}

// mapped follows the options' mapping.
func (h *header) mapped() {
	var known []string
	for _, c := range h.columns {
		known = append(known, c.Name)
	}
	for _, from := range sortedKeys(h.options.Mapping) {
		at := slices.IndexFunc(h.columns, func(c Column) bool { return strings.EqualFold(c.Name, strings.TrimSpace(from)) })
		if exact := slices.Index(known, from); exact >= 0 {
			at = exact
		}
		if at < 0 {
			h.fail(errs.New("import.unknown_column", excerpt(from), nearest.Hint(from, known), excerptList(known)).At("/mapping/" + pointerPart(from)))
			continue
		}
		c := &h.columns[at]
		attribute, t := splitType(strings.TrimSpace(h.options.Mapping[from]))
		c.Attribute = attribute
		if t != "" {
			c.Type = t
		}
	}
}

// ids finds the columns of the two ids: one that is named so exactly, by the
// author or the mapping, else the surest spelling.
func (h *header) ids() {
	for _, id := range []string{"line_id", "user_id"} {
		if h.has(id) {
			continue
		}
		for _, spelling := range idNames {
			if at := h.spelled(spelling.name); at >= 0 && h.means(at, spelling.id) == id {
				h.columns[at].Attribute = id
				break
			}
		}
	}
	if !h.has("line_id") && !h.has("user_id") {
		h.fail(errs.New("import.no_id_column", excerptList(h.names)))
	}
	if key := h.options.Key; key != "" && !h.has(key) {
		h.fail(errs.New("import.bad_option", "key", key, "no column holds it").At("/key"))
	}
}

func (h *header) has(id string) bool {
	return slices.ContainsFunc(h.columns, func(c Column) bool { return c.Attribute == id })
}

// spelled finds the column with an id's spelling that nobody mapped elsewhere.
func (h *header) spelled(spelling string) int {
	squeeze := strings.NewReplacer(" ", "", "_", "", "-", "")
	return slices.IndexFunc(h.columns, func(c Column) bool {
		return c.Type == "" && c.Attribute != "line_id" && c.Attribute != "user_id" && squeeze.Replace(strings.ToLower(c.Attribute)) == spelling
	})
}

// means is which id a column holds: the one its name says, unless all its
// values are LINE's (LINE itself calls its user ids userId).
func (h *header) means(at int, named string) string {
	values, lines := 0, 0
	for _, v := range h.values(at) {
		values++
		if ValidLineID(strings.TrimSpace(v)) {
			lines++
		}
	}
	if values > 0 && values == lines {
		return "line_id"
	}
	return named
}

// values lists what stands in a column of the rows looked at.
func (h *header) values(at int) []string {
	var list []string
	for _, row := range h.rows {
		if strings.TrimSpace(row[at]) != "" {
			list = append(list, row[at])
		}
	}
	return list
}

// check refuses names that cannot be attributes and names that stand twice.
func (h *header) check() {
	seen := map[string]int{}
	for i, c := range h.columns {
		if c.Attribute == "line_id" || c.Attribute == "user_id" {
			h.columns[i].Type = ""
		} else if c.Name == "" && len(h.values(i)) == 0 || c.Attribute == "" && c.Name != "" {
			h.columns[i] = Column{Name: c.Name}
			continue
		} else if problem := nameProblem(c.Attribute); problem != "" {
			h.fail(errs.New("import.bad_column", i+1, excerpt(c.Name), problem))
			continue
		}
		if first, twice := seen[c.Attribute]; twice {
			h.fail(errs.New("import.duplicate_column", first+1, i+1, excerpt(c.Attribute)))
		}
		seen[c.Attribute] = i
	}
}

// types gives each attribute's column its type.
func (h *header) types() {
	for i := range h.columns {
		c := &h.columns[i]
		if c.Attribute == "" || c.Attribute == "line_id" || c.Attribute == "user_id" {
			continue
		}
		if c.Type != "" {
			c.From = Declared
		} else if t, known := h.options.Types[c.Attribute]; known {
			c.Type, c.From = t, FromCatalogue
		} else {
			c.Type, c.From = inferType(c.Attribute, h.values(i)), FromValues
		}
	}
}

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// excerptList shows up to ten names.
func excerptList(names []string) string {
	short := make([]string, 0, 10)
	for i, name := range names {
		if i == 10 {
			short = append(short, "…")
			break
		}
		short = append(short, excerpt(strings.TrimSpace(name)))
	}
	return strings.Join(short, ", ")
}
