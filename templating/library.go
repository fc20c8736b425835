package templating

import (
	"maps"
	"slices"
)

// library is what templates may call. Renderings reach it through their state,
// because filters such as map call other filters by name.
type library struct {
	filters map[string]*filter
	tests   map[string]*test
	methods map[kind]map[string]method
}

// filter is a row of the table of filters. Example is a template and what it
// prints; a test runs it, and docs/templating.md shows it.
type filter struct {
	name     string
	doc      string
	example  [2]string
	params   []param
	variadic bool   // takes further arguments, and named ones
	lenient  bool   // takes a missing value without skipping the recipient
	clock    bool   // its result depends on the recipient's time zone
	lint     string // what to tell an author who uses it
	fn       func(st *state, in value, a args) (value, error)
}

// test is a row of the table of tests, which follow "is".
type test struct {
	name    string
	args    int
	doc     string
	example string // a template that prints True
	fn      func(st *state, in value, a []value) (bool, error)
}

// function is a row of the table of functions.
type function struct {
	name    string
	doc     string
	example [2]string
	clock   bool // its result depends on the recipient's time zone
	fn      func(st *state, a args) (value, error)
}

var lib = newLibrary()

func newLibrary() *library {
	l := &library{filters: map[string]*filter{}, tests: map[string]*test{}, methods: methodTables()}
	for _, rows := range [][]filter{textFilters, numberFilters, listFilters, queryFilters, jsonFilters, dateFilters, moengageFilters} {
		for i := range rows {
			l.filters[rows[i].name] = &rows[i]
		}
	}
	for name, same := range filterAliases {
		l.filters[name] = l.filters[same]
	}
	for i := range testTable {
		l.tests[testTable[i].name] = &testTable[i]
	}
	for name, same := range testAliases {
		l.tests[name] = l.tests[same]
	}
	return l
}

// filterAliases are second names of filters.
var filterAliases = map[string]string{"d": "default", "count": "length", "e": "escape", "forceescape": "escape"}

func filterNamed(name string) *filter { return lib.filters[name] }
func testNamed(name string) *test     { return lib.tests[name] }

func filterNames() []string   { return slices.Sorted(maps.Keys(lib.filters)) }
func testNames() []string     { return slices.Sorted(maps.Keys(lib.tests)) }
func functionNames() []string { return slices.Sorted(maps.Keys(functions)) }

// filter applies f to in.
func (st *state) filter(f *filter, in value, a args) (value, error) {
	if err := st.step(1); err != nil {
		return value{}, err
	}
	return f.fn(st, in, a)
}
