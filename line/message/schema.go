package message

// This file is the language the rule tables are written in; rows_*.go are the
// tables.

// jsonKind is the JSON type a field must have.
type jsonKind uint8

const (
	str     jsonKind = iota + 1
	integer          // a number without a fraction
	number
	boolean
	list // of: each element
	dict // an object with names of the author's choice; of: each value
	obj  // of: an object or a union
	tag  // the name of a type; its union has already read it
)

// need is whether a field must be there.
type need uint8

const (
	optional need = iota
	required
	expected // LINE's reference calls it optional, and nothing works without it: a Warning
)

// soft says which bounds of a row are ours. Where LINE's documents give no
// number, breaking ours is a Warning.
type soft uint8

const (
	softMin soft = 1 << iota
	softMax
	softBounds = softMin | softMax
)

// unit is how a string's length is counted.
type unit uint8

const (
	utf16Units unit = iota // LINE's usual measure
	graphemeUnits
)

// field is a row: one field of an object and all that is asked of it.
type field struct {
	name       string
	kind       jsonKind
	need       need
	min, max   int // length of a str, entries of a list or dict; 0 is no bound
	unit       unit
	soft       soft
	emptyOK    bool      // a required str may be ""
	tight      *tight    // a smaller max beside certain fields
	between    *interval // of an integer or number
	enum       []string
	format     *format // of a str, or of the names of a dict
	of         string  // the name of an object, union or scalar
	deprecated string  // what to use instead
	note       string  // for the reference: what LINE asks and Check cannot see

	shape *shape // what of names, filled in by compile
}

// tight is a second, smaller maximum that holds when any field of when is
// there too.
type tight struct {
	max  int
	when []string
}

// interval bounds a number, ends included.
type interval struct{ min, max float64 }

// object is a JSON object with known fields.
type object struct {
	name       string // unique; what a field's of or a union's case names
	title      string // for people: "text message"
	anchor     string // in LINE's reference
	fields     []field
	rules      []rule
	maxBytes   int    // of its JSON without white space between tokens
	deprecated string // what to use instead

	// Filled in by compile.
	index    map[string]int // fields by name
	names    []string       // of fields
	required uint64         // bit i: fields[i] is required or expected
}

// rule is what no single field can tell. It runs after the fields.
type rule struct {
	says  string // for the reference
	check func(c *checker, n int32)
}

// union is a choice between objects by one of their fields.
type union struct {
	name   string
	title  string // for people: "a flex component"
	by     string // the field that chooses, "type" when empty
	cases  []choice
	closed bool // LINE lists all values, so an unknown one is an Error
}

// choice is one value of a union's field: the object or union it means, or
// why LINE, which knows the value, refuses it here.
type choice struct {
	value   string
	of      string
	refused string

	shape *shape
}

// scalar is a named field for the elements of a list of strings.
type scalar struct {
	name string
	field
}

// shape is what a name in the tables stands for; exactly one is set.
type shape struct {
	object *object
	union  *union
	scalar *field
}
